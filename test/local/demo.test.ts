import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { parseBrief, readBrief } from '../../cli/demo/brief.ts'
import { besides, cells, wrap } from '../../cli/demo/columns.ts'
import { renderScript, type ShownScenario } from '../../cli/demo/script.ts'
import { print } from './support/stack.ts'

describe('brief files', () => {
  test('header lines before the empty line become fields, lists by semicolon', () => {
    const text =
      'platform: vk\r\ntarget_duration_s: 30\r\ntone: тёплый; без пафоса\r\n\r\nПервый абзац.\r\n\r\nВторой: абзац.\r\n'
    expect(parseBrief(text)).toEqual({
      platform: 'vk',
      target_duration_s: 30,
      tone: ['тёплый', 'без пафоса'],
      brief: 'Первый абзац.\n\nВторой: абзац.',
    })
  })

  test.each(['Задача: ролик о чае', 'Product: a kettle that sings', 'A kettle that sings'])(
    '"%s" begins the brief itself',
    (first) => {
      expect(parseBrief(`${first}\n\nIt is red.`)).toEqual({ brief: `${first}\n\nIt is red.` })
    },
  )

  test.each([
    ['', 'is empty'],
    ['platform: vk\n\n', 'platform: vk'],
    ['short', 'has 5 characters; it must have 10 to 8000'],
    ['я'.repeat(8_001), 'has 8001 characters'],
    ['platfrom: vk\n\nA long enough brief.', 'unknown header "platfrom"'],
    ['target_duration_s: long\n\nA long enough brief.', 'target_duration_s must be a whole number'],
  ])('%j is refused or taken literally', (text, said) => {
    if (said === text.trim()) expect(parseBrief(text).brief).toBe(said)
    else expect(() => parseBrief(text)).toThrow(said)
  })

  const folder = fileURLToPath(new URL('../../examples/briefs', import.meta.url))
  test.each(readdirSync(folder))('the example %s can be posted', (name) => {
    expect(readBrief(join(folder, name))).toMatchObject({
      kind: expect.any(String),
      language: expect.stringMatching(/^(ru|en)$/),
    })
  })
})

describe('two columns', () => {
  test('letters with marks take one cell, pictures two', () => {
    expect([cells('Ёжик'), cells('Ёжик'.normalize('NFD')), cells('да🎬')]).toEqual([4, 4, 4])
  })

  test('lines break between words, and words longer than a line are cut', () => {
    expect(wrap('один два трисловавместе', 8)).toEqual(['один два', 'трислова', 'вместе'])
  })

  test('both columns keep their width whatever the alphabet', () => {
    expect(besides('Тёплый свет на кухне', 'A kettle sings', 23)).toEqual([
      'Тёплый     | A kettle',
      'свет на    | sings',
      'кухне      |',
    ])
  })

  test('a script shows its title, its length, who wrote it, and no control characters', () => {
    const scenario: ShownScenario = {
      ...{ title: 'Термос', kind: 'ad', platform: 'vk', language: 'ru', is_demo: true, disclosure: null },
      ...{ est_duration_s: 61, target_duration_s: 60 },
      scenes: [
        {
          heading: 'Кухня',
          beat: 'hook',
          rows: [
            {
              visual: 'Пар\u001b[2J',
              audio: [{ speaker: 'Голос', type: 'vo', text: 'Утро.' }],
              on_screen_text: '05:00',
              duration_s: 4,
            },
          ],
        },
      ],
    }
    const shown = renderScript(scenario, 60)
    expect(shown).toContain(
      'Термос\nad · vk · ru · about 1 min 01 s of 1 min 00 s asked for\nWritten by the demo provider',
    )
    expect(shown).toContain('1. Кухня [hook]')
    expect(shown).toMatch(/\(4 s\) Пар \[2J +\| Голос \(VO\): Утро\.\n\[on screen: 05:00\]/)
    expect(shown).not.toContain('\u001b')
    expect(
      shown
        .split('\n')
        .filter((line) => line.startsWith('='))
        .every((line) => line.length === 60),
    ).toBe(true)
  })
})

describe('npm run demo', () => {
  const DEMO = fileURLToPath(new URL('../../cli/demo.ts', import.meta.url))
  let root: string
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'scenor-test-'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  test.each([
    ['a missing file', 'none.txt', 'there is no such file'],
    ['an empty file', 'empty.txt', 'the brief is empty'],
    ['a file that is no text', 'binary.txt', 'it is not UTF-8 text'],
    ['an unknown option', '--fast', 'Usage: npm run demo'],
  ])('%s: one message, exit code 1, nothing started', async (_, argument, said) => {
    writeFileSync(join(root, 'empty.txt'), ' \n')
    writeFileSync(join(root, 'binary.txt'), Buffer.from([0xff, 0xfe, 0x00]))
    const demo = print(process.execPath, [DEMO, argument], { DATA_DIR: join(root, 'data') }, root)
    expect(await demo.exit).toBe(1)
    expect(demo.lines.join('\n')).toContain(said)
    expect(readdirSync(root)).not.toContain('data')
  })
})
