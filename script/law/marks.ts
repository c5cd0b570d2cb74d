import { fold } from '../fold.ts'
import { spokenLanguage } from '../language.ts'
import type { Kind, Platform, Row } from '../script.ts'
import { AD_LAW, type AdLawRow } from './ad-law.ts'
import type { LawId } from './law-ids.ts'

type DraftRow = Omit<Row, 'id'>

/** What decides which rows of the law apply. */
export interface Advertised {
  readonly language: string
  readonly platform: Platform
  /** The order's and the script's words: the categories are found in them. */
  readonly texts: readonly string[]
}

/** Kinds that are advertising by themselves; any other may be ordered as advertising too. */
export const isAdvertising = (kind: Kind): boolean => kind === 'ad' || kind === 'integration'

const ID = new Map<LawId, AdLawRow>(AD_LAW.map((row) => [row.id, row]))

/**
 * Rows of the law that likely apply to an advertisement. Russian law for scripts in Russian, else the mark alone.
 * @param said what the scenario says of its marks already: a warning that stands there applies
 */
export function lawsFor({ language, platform, texts }: Advertised, said = ''): AdLawRow[] {
  const spoken = spokenLanguage(language, texts[0] ?? '')
  const all = fold(texts.join('\n'))
  const marks = fold(said)
  return AD_LAW.filter(
    (row) =>
      row.language === spoken &&
      (row.platforms === null || row.platforms.includes(platform)) &&
      (row.applies === null || row.applies.test(all) || (row.shown?.test(marks) ?? false)),
  )
}

/** A filled slot is recognised too: a token, an advertiser's number, or the words of a warning. */
const FILLED =
  /(?<![а-яa-z])erid(?![а-яa-z])|рекламодател|(?<![а-яa-z])инн(?![а-яa-z])|(?<![а-яa-z])sponsored by|paid (?:partnership|promotion)/
const WARNINGS = AD_LAW.flatMap(({ id, shown }) => (shown && id !== 'mark' && id !== 'mark_en' ? [shown] : []))

/** Whether a text on the screen is there by law: then it may be long, and what it says is no claim of the script. */
export function isLegalText(text: string): boolean {
  const folded = fold(text)
  return FILLED.test(folded) || WARNINGS.some((pattern) => pattern.test(folded))
}

/** The rows of the law with these ids, unknown ones left out: they travel in drafts. */
export const lawsById = (ids: readonly LawId[]): AdLawRow[] => ids.flatMap((id) => ID.get(id) ?? [])

/** What the scenario says of its marks: all texts that the law wants on the screen, or null when there are none. */
export const disclosureText = (laws: readonly AdLawRow[]): string | null =>
  laws.flatMap(({ words }) => words ?? []).join('. ') || null

/** Seconds of a script that belong to the marks: they are put in by code, so the writer has so many fewer. */
export const legalSeconds = (laws: readonly AdLawRow[]): number =>
  laws.reduce((sum, law) => sum + (law.words === null ? 0 : secondsOf(law)), 0)

const isMark = ({ id }: AdLawRow): boolean => id === 'mark' || id === 'mark_en'

/** The mark itself may go on beside the picture; a row of a second says where it begins. Warnings without a length are read in two. */
const secondsOf = (law: AdLawRow): number => (isMark(law) ? 1 : (law.seconds ?? 2))

const percent = (share: number): string => `${Math.round(share * 100)} %`

function visualOf(law: AdLawRow, hints: readonly AdLawRow[]): string {
  if (law.language === 'en') return 'Over the picture: a caption that says “Ad”'
  const { seconds, frame, article } = law
  const asked = [
    seconds === null ? '' : `не меньше ${seconds} с`,
    frame === null ? '' : `${percent(frame)} кадра`,
  ].filter(Boolean)
  const what =
    law.id === 'mark'
      ? 'Поверх кадра: плашка с пометкой «Реклама»'
      : `Предупреждение во весь кадр${asked.length > 0 ? `, ${asked.join(' и ')}` : ''} (38-ФЗ, ${article})`
  return [what, ...hints.map(({ hint }) => `Подсказка: ${hint.ru}`)].join('. ')
}

interface WithRows<R extends DraftRow> {
  readonly rows: readonly R[]
}

/**
 * The scenes with the rows that the law wants: the mark at the end of the first scene, warnings before the last
 * one, which is the call to action.
 * Put in by code: a model forgets them, or invents an advertiser. What the screen shows already stays as it is.
 * @param asRow gives the row its id where rows have one
 * @param before rows of an earlier version: what their author has filled in is kept
 */
export function withLegalRows<R extends DraftRow, S extends WithRows<R>>(
  scenes: readonly S[],
  laws: readonly AdLawRow[],
  asRow: (row: DraftRow) => R,
  before: readonly DraftRow[] = [],
): S[] {
  const all = scenes.flatMap(({ rows }) => rows)
  const shows = (row: DraftRow, { id, shown }: AdLawRow): boolean => {
    const text = fold(row.on_screen_text ?? '')
    return shown !== null && shown.test(text) && (id !== 'mark' || /(?<![а-яa-z])erid(?![а-яa-z])/.test(text))
  }
  const hints = laws.filter(({ id, words }) => words === null && id !== 'foreign_words')
  const rowsOf = (wanted: readonly AdLawRow[]): R[] =>
    wanted
      .filter((law) => law.words !== null && !all.some((row) => shows(row, law)))
      .map((law) => {
        const filled = before.find((row) => shows(row, law) && row.audio.length === 0)
        if (filled) return asRow({ ...filled, audio: [] })
        return asRow({
          visual: visualOf(law, law.id === 'mark' ? hints : [law]),
          audio: [],
          on_screen_text: law.words,
          duration_s: secondsOf(law),
        })
      })
  const [marks, warnings] = [rowsOf(laws.filter(isMark)), rowsOf(laws.filter((law) => !isMark(law)))]
  const late = Math.max(0, scenes.length - 2)
  return scenes.map((scene, i) => {
    const added = [...(i === 0 ? marks : []), ...(i === late ? warnings : [])]
    return added.length === 0 ? scene : { ...scene, rows: [...scene.rows, ...added] }
  })
}

/** The rows of a scene that are there by law and that its new text lacks, to be put back: no rewriting may drop them. */
export const legalRowsLost = <R extends DraftRow>(before: readonly R[], written: readonly DraftRow[]): R[] => {
  const kept = new Set(written.map((row) => row.on_screen_text))
  return before.filter(
    ({ on_screen_text }) => on_screen_text !== null && isLegalText(on_screen_text) && !kept.has(on_screen_text),
  )
}
