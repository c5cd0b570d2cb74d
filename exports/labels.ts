import type { AUDIO_TYPES, Beat } from '../script/script.ts'

type Audio = (typeof AUDIO_TYPES)[number]

export interface Labels {
  readonly scene: string
  readonly time: string
  readonly picture: string
  readonly sound: string
  readonly onScreen: string
  readonly voice: string
  readonly speaker: Readonly<Record<Audio, string>>
  readonly version: string
  readonly length: string
  readonly page: string
  readonly demo: string
  readonly empty: string
  readonly beat: Readonly<Record<Beat, string>>
  readonly columns: readonly string[]
}

const RU: Labels = {
  scene: 'Сцена',
  time: 'Время',
  picture: 'Изображение',
  sound: 'Звук',
  onScreen: 'Текст на экране',
  voice: 'ЗК',
  speaker: { vo: 'Диктор', dialog: 'Голос', sfx: 'Звук', music: 'Музыка' },
  version: 'версия',
  length: 'Хронометраж',
  page: 'Страница',
  demo: 'Демо-текст: написан без модели, для знакомства с сервисом',
  empty: 'В сценарии пока нет сцен.',
  beat: {
    hook: 'зацепка',
    problem: 'проблема',
    solution: 'решение',
    proof: 'доказательство',
    demo: 'показ',
    offer: 'предложение',
    cta: 'призыв',
    outro: 'концовка',
    free: 'свободная',
  },
  columns: [
    'Сцена',
    'Заголовок',
    'Часть',
    'Строка',
    'Начало, с',
    'Конец, с',
    'План, с',
    'Изображение',
    'Звук',
    'Текст на экране',
  ],
}

const EN: Labels = {
  scene: 'Scene',
  time: 'Time',
  picture: 'Picture',
  sound: 'Sound',
  onScreen: 'On screen',
  voice: 'V.O.',
  speaker: { vo: 'Narrator', dialog: 'Voice', sfx: 'Sound', music: 'Music' },
  version: 'version',
  length: 'Running time',
  page: 'Page',
  demo: 'Demo text: written without a model, to show the service',
  empty: 'The script has no scenes yet.',
  beat: {
    hook: 'hook',
    problem: 'problem',
    solution: 'solution',
    proof: 'proof',
    demo: 'demo',
    offer: 'offer',
    cta: 'call to action',
    outro: 'outro',
    free: 'free',
  },
  columns: ['Scene', 'Heading', 'Beat', 'Row', 'Start, s', 'End, s', 'Planned, s', 'Picture', 'Sound', 'On screen'],
}

/** The words of an export, in the language of the script: the file goes to those who shoot it, not to whoever asked for it. */
export const labelsOf = (language: string): Labels => (language.toLowerCase().startsWith('ru') ? RU : EN)
