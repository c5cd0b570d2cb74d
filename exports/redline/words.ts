import type { Change } from '../../script/diff/diff.ts'
import type { Language } from '../../language.ts'
import type { ContentField } from '../../script/fields.ts'
import type { ScenarioStatus } from '../../script/script.ts'

type Labelled = Exclude<ContentField, 'scenes'> | 'beat' | 'locked' | 'duration_s'

/** The words of a comparison, in the language of the person who reads it. */
export interface RedlineWords {
  readonly title: (from: number, to: number) => string
  readonly nothing: string
  readonly unchanged: string
  readonly change: Readonly<Record<Exclude<Change, 'same'>, string>>
  readonly movedFrom: (n: number) => string
  readonly movedFromScene: (scene: string, n: number) => string
  readonly row: (n: number) => string
  /** Fields of a scenario, of a scene and of a row that are not read by word, or whose name stands before their words. */
  readonly facts: Readonly<Record<Labelled, string>>
  readonly status: Readonly<Record<ScenarioStatus, string>>
  readonly yes: string
  readonly no: string
  readonly none: string
  readonly legend: { readonly removed: string; readonly added: string }
}

const RU: RedlineWords = {
  title: (from, to) => `Изменения: версия ${from} → версия ${to}`,
  nothing: 'Между этими версиями нет различий.',
  unchanged: 'без изменений',
  change: { changed: 'изменено', added: 'добавлено', removed: 'удалено', moved: 'перемещено' },
  movedFrom: (n) => `раньше на месте ${n}`,
  movedFromScene: (scene, n) => `раньше: ${scene}, строка ${n}`,
  row: (n) => `Строка ${n}`,
  facts: {
    title: 'Название',
    description: 'Описание',
    status: 'Статус',
    tags: 'Теги',
    language: 'Язык',
    platform: 'Площадка',
    kind: 'Вид',
    tone: 'Тон',
    audience: 'Аудитория',
    target_duration_s: 'Заданный хронометраж, с',
    hook: 'Зацепка',
    cta: 'Призыв',
    disclosure: 'Маркировка',
    beat: 'Часть',
    locked: 'Закреплена',
    duration_s: 'План, с',
  },
  status: { draft: 'черновик', in_progress: 'в работе', completed: 'готов', archived: 'в архиве' },
  yes: 'да',
  no: 'нет',
  none: 'нет',
  legend: { removed: 'удалённый текст', added: 'добавленный текст' },
}

const EN: RedlineWords = {
  title: (from, to) => `Changes: version ${from} → version ${to}`,
  nothing: 'These versions do not differ.',
  unchanged: 'unchanged',
  change: { changed: 'changed', added: 'added', removed: 'removed', moved: 'moved' },
  movedFrom: (n) => `was number ${n}`,
  movedFromScene: (scene, n) => `was in ${scene}, row ${n}`,
  row: (n) => `Row ${n}`,
  facts: {
    title: 'Title',
    description: 'Description',
    status: 'Status',
    tags: 'Tags',
    language: 'Language',
    platform: 'Platform',
    kind: 'Kind',
    tone: 'Tone',
    audience: 'Audience',
    target_duration_s: 'Wanted length, s',
    hook: 'Hook',
    cta: 'Call to action',
    disclosure: 'Disclosure',
    beat: 'Beat',
    locked: 'Locked',
    duration_s: 'Planned, s',
  },
  status: { draft: 'draft', in_progress: 'in progress', completed: 'completed', archived: 'archived' },
  yes: 'yes',
  no: 'no',
  none: 'none',
  legend: { removed: 'removed text', added: 'added text' },
}

const WORDS: Record<Language, RedlineWords> = { en: EN, ru: RU }
export const redlineWords = (language: Language): RedlineWords => WORDS[language]
