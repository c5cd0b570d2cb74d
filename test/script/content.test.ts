import { expect, test } from '@jest/globals'
import { v7 as uuidv7 } from 'uuid'
import { contentToScenes } from '../../script/content.ts'
import { renderContent } from '../../script/render.ts'
import { RUSSIAN } from '../exports/document.ts'
import { MARKS, randomScripts } from '../exports/random.ts'

const newId = uuidv7
const freshIds = <T extends { scenes: readonly { rows: readonly object[] }[] }>(doc: T) => ({
  ...doc,
  scenes: doc.scenes.map((scene) => ({
    ...scene,
    id: newId(),
    rows: scene.rows.map((row) => ({ ...row, id: newId() })),
  })),
})
const scripts = [RUSSIAN, ...randomScripts(100, { words: MARKS })].map(freshIds)
/** What `content` shows of a script. */
const shown = (scenes: readonly { id: string; rows: readonly { id: string; duration_s: number }[] }[]) =>
  JSON.parse(JSON.stringify(scenes, (key, value) => (['id', 'duration_s', 'locked'].includes(key) ? undefined : value)))

test('the content that we gave comes back as the same script: ids, line breaks, planned seconds, locks', () => {
  for (const { scenes } of scripts) {
    expect(contentToScenes(renderContent(scenes), { language: 'ru' }, scenes, newId)).toEqual(scenes)
    expect(
      contentToScenes(`\r\n${renderContent(scenes).replaceAll('\n', '\r\n')}\r\n`, { language: 'ru' }, scenes, newId),
    ).toEqual(scenes)
  }
})

test('a word changed in the content changes its row alone', () => {
  const { scenes } = freshIds(RUSSIAN)
  const changed = contentToScenes(
    renderContent(scenes).replace('Логотип', 'Большой логотип'),
    { language: 'ru' },
    scenes,
    newId,
  )
  expect(changed[0]).toEqual(scenes[0])
  const [last] = changed[1] ? changed[1].rows : changed[0]!.rows.slice(-1)
  expect(last).toMatchObject({ visual: 'Большой логотип', on_screen_text: 'Закажите на сайте', audio: [] })
})

test('labels are no speech where nothing is known of the script: they become picture, sound and text again', () => {
  const scenes = contentToScenes(
    '1. Кухня [hook]\n\nVIDEO: Кружка\nAUDIO: Диктор: Чай остыл?\nAUDIO (music): тихо\nAUDIO: : Важно: вода\nTEXT: Чай\n\n2. Финал [cta]\n\nКупите чайник.',
    { language: 'ru' },
    [],
    newId,
  )
  expect(shown(scenes)).toEqual([
    {
      heading: 'Кухня',
      beat: 'hook',
      rows: [
        {
          visual: 'Кружка',
          audio: [
            { speaker: 'Диктор', type: 'vo', text: 'Чай остыл?' },
            { speaker: '', type: 'music', text: 'тихо' },
            { speaker: '', type: 'vo', text: 'Важно: вода' },
          ],
          on_screen_text: 'Чай',
        },
      ],
    },
    {
      heading: 'Финал',
      beat: 'cta',
      rows: [{ visual: '', audio: [{ speaker: '', type: 'vo', text: 'Купите чайник.' }], on_screen_text: null }],
    },
  ])
})

test('a text without labels of ours is one scene with a row for each paragraph', () => {
  const scenes = contentToScenes('Раз: два.\n\n1. Не заголовок\n\nТри.', { language: 'ru' }, [], newId)
  expect(scenes.map(({ rows }) => rows.map(({ audio }) => audio[0]!.text))).toEqual([
    ['Раз: два.', '1. Не заголовок', 'Три.'],
  ])
})
