import { signal } from '@preact/signals'

export type Language = 'en' | 'ru'
const KEPT = 'scenor.language'

const chosen = (): Language => {
  const kept = localStorage.getItem(KEPT)
  if (kept === 'en' || kept === 'ru') return kept
  return navigator.language.toLowerCase().startsWith('ru') ? 'ru' : 'en'
}
export const language = signal<Language>(chosen())
document.documentElement.lang = language.value

/** Kept for the next visit. What the API says comes in it from the next load on. */
export function speak(next: Language): void {
  localStorage.setItem(KEPT, next)
  location.reload()
}

const en = {
  edit: 'Edit',
  again: 'Try again',
  anew: 'Write it anew …',
  audience: 'Who it speaks to',
  back: 'Back to the script',
  brief: 'What is the video about?',
  briefHint: 'Who it is for, what must be in it, what the viewer is to do.',
  cancel: 'Stop',
  cancelled: 'Stopped',
  changes: 'Changes',
  compare: 'Compare with the one before',
  current: 'current',
  cta: 'What the viewer is asked to do',
  demo: 'Written by the demo provider, not by a model',
  download: 'Download',
  email: 'E-mail',
  empty: 'No scripts yet',
  enter: 'Sign in',
  failed: 'It did not work',
  format: 'As a file',
  guest: 'Try it without an account',
  guestHint: 'On this machine only.',
  inclusion: 'Must be in it, a line each',
  kind: 'Kind',
  left: 'left',
  leave: 'Sign out',
  length: 'Length, seconds',
  loading: 'Loading …',
  lost: 'The connection is lost; it is tried again',
  avoidance: 'Must not be in it, a line each',
  moreFields: 'Platform, tone and more',
  newScript: 'New script',
  noBudget: 'The budget of this month does not reach for it',
  notFound: 'There is nothing here',
  onScreen: 'On screen',
  password: 'Password',
  picture: 'Picture',
  platform: 'Platform',
  queued: 'Waiting for its turn',
  register: 'Create an account',
  remove: 'Remove',
  restore: 'Go back to this one',
  row: 'row',
  running: 'Being written',
  save: 'Save',
  scene: 'Scene',
  script: 'Script',
  scripts: 'Scripts',
  search: 'Search',
  seconds: 's',
  skip: 'To the content',
  sound: 'Sound',
  succeeded: 'Written',
  time: 'Time',
  tone: 'Tone, separated by commas',
  total: 'in all',
  version: 'Version',
  versions: 'Versions',
  wish: 'As it fits',
  write: 'Write it',
  writtenIn: 'Language',
} as const

type Words = Record<keyof typeof en, string>

const ru: Words = {
  edit: 'Правка',
  again: 'Попробовать снова',
  anew: 'Написать заново …',
  audience: 'Для кого он',
  back: 'К сценарию',
  brief: 'О чём ролик?',
  briefHint: 'Для кого он, что в нём обязательно, что зритель должен сделать.',
  cancel: 'Остановить',
  cancelled: 'Остановлено',
  changes: 'Изменения',
  compare: 'Сравнить с предыдущей',
  current: 'текущая',
  cta: 'К чему призвать зрителя',
  demo: 'Написано демонстрационным автором, а не моделью',
  download: 'Скачать',
  email: 'Почта',
  empty: 'Сценариев пока нет',
  enter: 'Войти',
  failed: 'Не получилось',
  format: 'Файлом',
  guest: 'Попробовать без аккаунта',
  guestHint: 'Только на этой машине.',
  inclusion: 'Обязательно, по строке на каждое',
  kind: 'Вид',
  left: 'осталось',
  leave: 'Выйти',
  length: 'Длительность, секунд',
  loading: 'Загрузка …',
  lost: 'Связь потеряна, пробуем снова',
  avoidance: 'Чего быть не должно, по строке на каждое',
  moreFields: 'Площадка, тон и прочее',
  newScript: 'Новый сценарий',
  noBudget: 'На это не хватает бюджета месяца',
  notFound: 'Здесь ничего нет',
  onScreen: 'На экране',
  password: 'Пароль',
  picture: 'Картинка',
  platform: 'Площадка',
  queued: 'Ждёт очереди',
  register: 'Создать аккаунт',
  remove: 'Удалить',
  restore: 'Вернуться к этой',
  row: 'строка',
  running: 'Пишется',
  save: 'Сохранить',
  scene: 'Сцена',
  script: 'Сценарий',
  scripts: 'Сценарии',
  search: 'Поиск',
  seconds: 'с',
  skip: 'К содержанию',
  sound: 'Звук',
  succeeded: 'Написано',
  time: 'Время',
  tone: 'Тон, через запятую',
  total: 'всего',
  version: 'Версия',
  versions: 'Версии',
  wish: 'Как лучше',
  write: 'Написать',
  writtenIn: 'Язык',
}

/** Texts in the language that is spoken: what one page alone says stands beside it. */
export const inLanguage = <T extends Readonly<Record<string, string>>>(words: {
  readonly en: T
  readonly ru: Record<keyof T, string>
}): Record<keyof T, string> => words[language.value]

/** What several pages say. */
export const t: Words = inLanguage({ en, ru })

/** Seconds as people write them: 7.5 s, 1:05. */
export const duration = (seconds: number): string =>
  seconds < 60
    ? `${seconds.toLocaleString(language.value, { maximumFractionDigits: 1 })} ${t.seconds}`
    : `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`

export const moment = (iso: string): string =>
  new Date(iso).toLocaleString(language.value, { dateStyle: 'medium', timeStyle: 'short' })

export const money = (micros: number, currency: string): string =>
  (micros / 1_000_000).toLocaleString(language.value, { style: 'currency', currency, maximumFractionDigits: 2 })

export const day = (iso: string): string => new Date(iso).toLocaleDateString(language.value, { dateStyle: 'medium' })
