import { v7 as uuidv7 } from 'uuid'
import { clampText, withLineBreaks } from '../../script/clean.ts'
import { MAX_SCENES_BYTES, textToScenes } from '../../script/content.ts'
import { UNFILLED, type ScenarioContent } from '../../script/fields.ts'
import { distinctTags } from '../../script/fold.ts'
import { isBlank, nfc } from '../../script/nfc.ts'
import { detectLanguage, type SpokenLanguage } from '../../script/language.ts'
import { MAX_DESCRIPTION, MAX_TAG, MAX_TAGS, MAX_TITLE } from '../../script/limits.ts'
import { MAX_ROWS, MAX_SPOKEN, STATUSES, type Scene } from '../../script/script.ts'
import type { OldScenario } from './staging.ts'

/** A text of the monolith as the API would have taken it. */
export const cleanText = (value: string | null): string =>
  nfc(withLineBreaks((value ?? '').toWellFormed().replaceAll('\0', ''))).trim()
/** A text that is to be seen: one of nothing visible is none, as the API has it. */
const visible = (value: string | null): string => {
  const text = cleanText(value)
  return isBlank(text) ? '' : text
}

const UNTITLED: Record<SpokenLanguage, string> = { ru: 'Без названия', en: 'Untitled' }

const onOneLine = (value: string | null): string => visible(value).replace(/\s+/g, ' ')

/** An old row within the limits of the API, but for its scenes. */
interface Draft {
  readonly fields: Omit<ScenarioContent, 'scenes'>
  /** The text that becomes scenes. */
  readonly body: string
  /** What could not come as it was. */
  readonly notes: readonly string[]
}

function draftOf(old: OldScenario): Draft {
  const notes: string[] = []
  const cut = (text: string, max: number, what: string): string => {
    if (text.length > max) notes.push(`${what} was cut to ${max} characters`)
    return clampText(text, max)
  }
  const title = cut(onOneLine(old.title), MAX_TITLE, 'the title')
  const whole = cleanText(old.content)
  const language = detectLanguage(`${title} ${whole}`)
  if (title === '') notes.push('it had no title')
  const status = STATUSES.find((one) => one === old.status)
  if (!status) notes.push('the status is unknown and became draft')
  const fields = {
    ...UNFILLED,
    title: title || UNTITLED[language],
    description: cut(visible(old.description), MAX_DESCRIPTION, 'the description') || null,
    status: status ?? UNFILLED.status,
    tags: tagsOf(old, notes),
    language,
  }
  const max = fittingLength(whole, language)
  if (max < whole.length) notes.push(`was cut to ${max} characters`)
  return { fields, body: clampText(whole, max), notes }
}

/**
 * An old row as a content that the API would take: the text as one scene, a row for each paragraph.
 * @param known the scenes that are here: what stays keeps its ids
 */
export function contentOf(old: OldScenario, known: readonly Scene[]): ScenarioContent {
  const { fields, body } = draftOf(old)
  return { ...fields, scenes: textToScenes(body, fields, known, uuidv7) }
}

/** What of a row cannot come as it was. */
export const notesOf = (old: OldScenario): readonly string[] => draftOf(old).notes

function tagsOf({ tags, nameless_tags }: OldScenario, notes: string[]): string[] {
  const names = tags.map(onOneLine).filter(Boolean)
  if (names.length < tags.length + nameless_tags) notes.push('a tag without a name was left out')
  if (names.some((name) => name.length > MAX_TAG)) notes.push(`a tag was cut to ${MAX_TAG} characters`)
  const distinct = distinctTags(names.map((name) => clampText(name, MAX_TAG)))
  if (distinct.length > MAX_TAGS) notes.push(`it has ${distinct.length} tags: the first ${MAX_TAGS} came`)
  return distinct.slice(0, MAX_TAGS)
}

/**
 * Characters that fit whatever they are: as JSON each has 6 bytes at most, and each row, of which there are 2,000 at most, less than 200
 * beside its text.
 */
const SURE_LENGTH = Math.floor((MAX_SCENES_BYTES - 200 * (MAX_ROWS + 1)) / 6)

/** How many characters of a text its scenes have room for. Looked at only where they may be too many: making scenes takes time. */
function fittingLength(body: string, language: string): number {
  for (let max = Math.min(body.length, MAX_SPOKEN); ; max = Math.floor(max * 0.8)) {
    if (max <= SURE_LENGTH) return max
    const scenes = textToScenes(clampText(body, max), { language }, [], uuidv7)
    if (Buffer.byteLength(JSON.stringify(scenes)) <= MAX_SCENES_BYTES) return max
  }
}
