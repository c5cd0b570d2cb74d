import { DEFAULT_LANGUAGE, languageOfTag, type Language } from '../language.ts'
import type { AUDIO_TYPES, Beat, Kind, Platform } from '../script/script.ts'

type Audio = (typeof AUDIO_TYPES)[number]

export interface Labels {
  readonly scene: string
  /** Head of the column of shot numbers. */
  readonly shot: string
  /** Between seconds and their tenths. */
  readonly decimal: ',' | '.'
  readonly seconds: string
  /** Before the seconds that were planned. */
  readonly planned: string
  /** Before the seconds that the speech takes. */
  readonly speech: string
  readonly author: string
  /** After the heading of a scene that goes on. */
  readonly again: string
  /** Before the characters that no font has. */
  readonly noGlyphs: string
  /** Between a page's number and how many there are. */
  readonly of: string
  readonly time: string
  readonly picture: string
  /** Head of the column to draw in. */
  readonly storyboard: string
  readonly sound: string
  readonly onScreen: string
  readonly voice: string
  readonly speaker: Readonly<Record<Audio, string>>
  readonly version: string
  readonly length: string
  /** Before the length that was asked for. */
  readonly wanted: string
  readonly page: string
  readonly demo: string
  readonly empty: string
  /** Of a scene. */
  readonly noRows: string
  /** Empty for what says nothing. */
  readonly kind: Readonly<Record<Kind, string>>
  readonly platform: Readonly<Record<Platform, string>>
  readonly about: Readonly<Record<'audience' | 'tone' | 'hook' | 'cta' | 'disclosure', string>>
  /** A day as it is written. */
  readonly day: (year: string, month: string, day: string) => string
  readonly beat: Readonly<Record<Beat, string>>
  readonly columns: readonly string[]
  readonly shotColumns: readonly string[]
}

const PLATFORMS = {
  youtube: 'YouTube',
  shorts: 'YouTube Shorts',
  reels: 'Reels',
  tiktok: 'TikTok',
  rutube: 'Rutube',
  telegram: 'Telegram',
  other: '',
}

const RU: Labels = {
  scene: 'Сцена',
  shot: '№',
  decimal: ',',
  seconds: 'с',
  planned: 'план',
  speech: 'речь',
  author: 'Автор',
  again: '(продолжение)',
  noGlyphs: 'В шрифтах этого файла нет знаков (в тексте пустые рамки)',
  of: 'из',
  time: 'Время',
  picture: 'Изображение',
  storyboard: 'Раскадровка',
  sound: 'Звук',
  onScreen: 'Текст на экране',
  voice: 'ЗК',
  speaker: { vo: 'Диктор', dialog: 'Голос', sfx: 'Звук', music: 'Музыка' },
  version: 'версия',
  length: 'хронометраж',
  wanted: 'задано',
  page: 'Страница',
  demo: 'Демо-текст: написан без модели, для знакомства с сервисом',
  empty: 'В сценарии пока нет сцен.',
  noRows: 'В сцене пока нет строк.',
  kind: {
    ad: 'Реклама',
    integration: 'Интеграция',
    tutorial: 'Урок',
    short: 'Короткое видео',
    review: 'Обзор',
    explainer: 'Объяснение',
    other: '',
  },
  platform: { ...PLATFORMS, vk: 'ВКонтакте', tv: 'ТВ' },
  about: { audience: 'Аудитория', tone: 'Тон', hook: 'Зацепка', cta: 'Призыв', disclosure: 'Маркировка' },
  day: (year, month, day) => `${day}.${month}.${year}`,
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
  shotColumns: [
    '№',
    'Сцена',
    'Изображение',
    'Начало',
    'Длительность, с',
    'План, с',
    'Место',
    'Реквизит',
    'Текст на экране',
  ],
}

const EN: Labels = {
  scene: 'Scene',
  shot: 'No.',
  decimal: '.',
  seconds: 's',
  planned: 'plan',
  speech: 'speech',
  author: 'Author',
  again: '(continued)',
  noGlyphs: 'The fonts of this file lack these characters (empty boxes in the text)',
  of: 'of',
  time: 'Time',
  picture: 'Picture',
  storyboard: 'Storyboard',
  sound: 'Sound',
  onScreen: 'On screen',
  voice: 'V.O.',
  speaker: { vo: 'Narrator', dialog: 'Voice', sfx: 'Sound', music: 'Music' },
  version: 'version',
  length: 'running time',
  wanted: 'wanted',
  page: 'Page',
  demo: 'Demo text: written without a model, to show the service',
  empty: 'The script has no scenes yet.',
  noRows: 'The scene has no rows yet.',
  kind: {
    ad: 'Ad',
    integration: 'Integration',
    tutorial: 'Tutorial',
    short: 'Short',
    review: 'Review',
    explainer: 'Explainer',
    other: '',
  },
  platform: { ...PLATFORMS, vk: 'VK', tv: 'TV' },
  about: { audience: 'Audience', tone: 'Tone', hook: 'Hook', cta: 'Call to action', disclosure: 'Disclosure' },
  day: (year, month, day) => `${year}-${month}-${day}`,
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
  shotColumns: ['No.', 'Scene', 'Picture', 'Start', 'Length, s', 'Planned, s', 'Place', 'Props', 'On screen'],
}

const LABELS: Record<Language, Labels> = { en: EN, ru: RU }

/** The words of an export, in the language of the script: the file goes to those who shoot it, not to the person who asked for it. */
export const labelsOf = (tag: string): Labels => LABELS[languageOfTag(tag) ?? DEFAULT_LANGUAGE]
