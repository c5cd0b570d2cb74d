import { describe, expect, test } from '@jest/globals'
import { Fountain } from 'fountain-js'
import { render } from '../../exports/render.ts'
import { spokenPieces } from '../../script/remarks.ts'
import { isSpoken } from '../../script/script.ts'
import type { Exported } from '../../exports/format.ts'
import { MARKS, randomScripts } from './random.ts'
import { read } from './readers.ts'

/** A text as a person sees it: what separates lines is a line break, what is not seen is gone, blanks are one. */
const seen = (text: string): string =>
  text
    .replace(/\r\n|[\r\u000b\u000c\u0085\u2028\u2029]/g, '\n')
    .replace(/[\u2060\u200b]/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n\s*/g, '\n')
    .trim()
const line = (text: string): string => seen(text).replace(/\s+/g, ' ')

const LABELS = {
  ru: {
    onScreen: 'Текст на экране',
    voice: 'ЗК',
    scene: 'Сцена',
    vo: 'Диктор',
    dialog: 'Голос',
    sfx: 'Звук',
    music: 'Музыка',
  },
  en: {
    onScreen: 'On screen',
    voice: 'V.O.',
    scene: 'Scene',
    vo: 'Narrator',
    dialog: 'Voice',
    sfx: 'Sound',
    music: 'Music',
  },
}
const labelsOf = (doc: Exported) => LABELS[doc.language === 'ru' ? 'ru' : 'en']
const headingOf = (doc: Exported, i: number) => line(doc.scenes[i]!.heading) || `${labelsOf(doc).scene} ${i + 1}`
type Audio = Exported['scenes'][number]['rows'][number]['audio'][number]
const nameOf = (doc: Exported, audio: Audio) => line(audio.speaker) || labelsOf(doc)[audio.type]
/** «Музыка: тихо», «Аня (звук): скрип». */
const heard = (doc: Exported, audio: Audio) => {
  const kind = labelsOf(doc)[audio.type]
  const name = nameOf(doc, audio)
  return `${isSpoken(audio) || name === kind ? name : `${name} (${kind.toLowerCase()})`}: ${audio.text}`
}
const rowsOf = (doc: Exported) => doc.scenes.flatMap(({ rows }) => rows)
const scripts = randomScripts(60, { words: MARKS })

describe('random texts full of marks are read as they were written', () => {
  test('in Markdown, by cmark-gfm', async () => {
    for (const [k, file] of (await read('md', scripts)).entries()) {
      const doc = scripts[k]!
      const headings = file.blocks
        .filter(([kind]) => kind.startsWith('heading'))
        .map(([, text]) => line(text).replace(/ \([^()]*\)$/, ''))
      expect(headings).toEqual([
        line(doc.title).replace(/ \([^()]*\)$/, ''),
        ...doc.scenes.map((_, i) => `${i + 1}. ${headingOf(doc, i)}`),
      ])
      const cells = file.blocks.filter(([kind]) => kind === 'table_cell').map(([, text]) => seen(text))
      const expected = doc.scenes.flatMap(({ rows }) =>
        rows.map((row) => [
          seen(row.visual),
          seen(row.audio.map((a) => heard(doc, a)).join('\n')),
          seen(row.on_screen_text ?? ''),
        ]),
      )
      const read = Array.from({ length: cells.length / 5 }, (_, i) => cells.slice(i * 5, i * 5 + 5))
        .filter(([number]) => /^\d+\.\d+$/.test(number!))
        .map((row) => row.slice(2))
      expect(read).toEqual(expected)
      const paragraphs = file.blocks.filter(([kind]) => kind === 'paragraph').map(([, text]) => seen(text))
      const description = seen(doc.description ?? '')
        .split('\n')
        .join(' ')
      expect(paragraphs.join(' ').replaceAll('\n', ' ')).toContain(description)
      if (line(doc.hook))
        expect(paragraphs.map(line)).toContain(`${doc.language === 'ru' ? 'Зацепка' : 'Hook'}: ${line(doc.hook)}`)
      const kinds = new Set(file.blocks.map(([kind]) => kind.replace(/\d$/, '')))
      expect([...kinds].filter((kind) => !['heading', 'paragraph', 'table_cell'].includes(kind))).toEqual([])
    }
  })

  test('in Fountain, by fountain-js', async () => {
    const unescape = (text: string) =>
      line(text.replace(/\[\[(?!\[)[\s\S]*?\]\]/g, '').replace(/\\([@#!*_$~`+=.><\\/])/g, '$1'))
    for (const doc of scripts) {
      const { tokens } = new Fountain().parse((await render('fountain', doc)).toString(), true)
      const of = (...types: string[]) =>
        tokens!.filter((t) => types.includes(t.type)).map((t) => unescape(t.text ?? ''))
      expect(of('title')).toEqual([line(doc.title)])
      expect(of('scene_heading')).toEqual(
        doc.scenes.map((_, i) => `${labelsOf(doc).scene.toUpperCase()} ${i + 1}. ${headingOf(doc, i)}`),
      )
      expect(tokens!.filter((t) => t.type === 'scene_heading').map((t) => t.scene_number)).toEqual(
        doc.scenes.map((_, i) => `${i + 1}`),
      )
      const speeches = rowsOf(doc)
        .flatMap(({ audio }) => audio)
        .filter((a) => isSpoken(a) && spokenPieces(a.text).length > 0)
      const said = speeches.map((a) =>
        spokenPieces(a.text)
          .map((p) => (p.kind === 'speech' ? line(p.text) : `(${line(p.text)})`))
          .join(' '),
      )
      expect(of('character')).toHaveLength(speeches.length)
      expect(of('dialogue', 'parenthetical').join(' ')).toBe(said.map(line).join(' '))
      const actions = rowsOf(doc).flatMap(({ visual, audio, on_screen_text }) => [
        line(visual),
        ...audio
          .filter((a) => !isSpoken(a) && a.text.trim())
          .map((a) => line(`${labelsOf(doc)[a.type].toUpperCase()}: ${a.text}`)),
        ...(on_screen_text ? [line(`${labelsOf(doc).onScreen.toUpperCase()}: ${on_screen_text}`)] : []),
      ])
      expect(of('action').filter(Boolean).join(' ')).toBe(actions.filter(Boolean).join(' '))
      const kinds = [
        'title',
        'author',
        'draft_date',
        'scene_heading',
        'action',
        'character',
        'dialogue',
        'parenthetical',
        'dialogue_begin',
        'dialogue_end',
        'note',
        'spaces',
      ]
      expect(tokens!.filter((t) => !kinds.includes(t.type))).toEqual([])
    }
  })

  test('in Final Draft’s XML, by lxml', async () => {
    for (const [k, paragraphs] of (await read('fdx', scripts)).entries()) {
      const doc = scripts[k]!
      const of = (type: string) => paragraphs.filter(([t]) => t === type).map(([, text]) => seen(text))
      expect(of('Scene Heading')).toEqual(doc.scenes.map((_, i) => headingOf(doc, i)))
      const speeches = rowsOf(doc)
        .flatMap(({ audio }) => audio)
        .filter((a) => isSpoken(a) && spokenPieces(a.text).length > 0)
      expect(of('Character')).toEqual(
        speeches.map((a) => nameOf(doc, a) + (a.type === 'vo' ? ` (${labelsOf(doc).voice})` : '')),
      )
      const pieces = speeches.flatMap((a) => spokenPieces(a.text))
      expect(of('Dialogue')).toEqual(pieces.filter((p) => p.kind === 'speech' && seen(p.text)).map((p) => seen(p.text)))
      expect(of('Parenthetical')).toEqual(pieces.filter((p) => p.kind !== 'speech').map((p) => `(${line(p.text)})`))
      expect(of('Action').filter(Boolean)).toEqual(
        expect.arrayContaining(
          rowsOf(doc)
            .map((row) => seen(row.visual))
            .filter(Boolean),
        ),
      )
    }
  })

  test('in DOCX, by python-docx', async () => {
    for (const [k, file] of (await read('docx', scripts)).entries()) {
      const doc = scripts[k]!
      expect(file.author).toBe('Мария Ёлкина')
      expect(line(file.paragraphs[0]!)).toBe(line(doc.title))
      expect(file.paragraphs.map(line)).toContain(line(doc.description ?? ''))
      const cells = rowsOf(doc).map((row) => [
        seen(`${row.visual}\n${row.on_screen_text ? `${labelsOf(doc).onScreen}: ${row.on_screen_text}` : ''}`),
        seen(row.audio.map((a) => heard(doc, a)).join('\n')),
      ])
      expect(file.rows.filter(([number]) => /^\d/.test(number!)).map((row) => row.slice(2).map(seen))).toEqual(cells)
    }
  })

  test('in CSV, by Python’s csv', async () => {
    for (const format of ['csv', 'shotlist'] as const)
      for (const [k, [head, ...lines]] of (await read('csv', scripts, format)).entries()) {
        const picture = head!.findIndex((name) => name === 'Изображение' || name === 'Picture')
        // What a spreadsheet would run as a formula has an apostrophe before it.
        expect(lines.map((cells) => seen(cells[picture]!.replace(/^'(?=[=+\-@\t\r])/, '')))).toEqual(
          rowsOf(scripts[k]!).map((row) => seen(row.visual)),
        )
      }
  })
})

test('in Markdown a link leads where it was meant to', async () => {
  const url = 'https://ex.ru/a_b/(c)?utm_source=tg_ads&utm_term=*x*&copy=1'
  const script = { ...scripts[0]!, description: `Смотрите ${url}. И www.a_b.ru/c_d!` }
  const [file] = await read('md', [script])
  expect(file!.links.slice(0, 2)).toEqual([url, 'http://www.a_b.ru/c_d'])
})

test('numbers of a Russian table have a decimal comma, of an English one a point', async () => {
  const [ru, en] = await read('csv', [
    { ...scripts[0]!, language: 'ru', scenes: [{ ...scripts[0]!.scenes[0]!, rows: [row(5.6)] }] },
    { ...scripts[0]!, language: 'en', scenes: [{ ...scripts[0]!.scenes[0]!, rows: [row(5.6)] }] },
  ])
  expect([ru![1]![6], en![1]![6]]).toEqual(['5,6', '5.6'])
})

const row = (duration_s: number) => ({
  id: '019a3c00-0000-7000-8000-000000000001',
  visual: '',
  audio: [],
  on_screen_text: null,
  duration_s,
})
