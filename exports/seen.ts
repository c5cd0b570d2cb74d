import { oneLine, printable } from './layout.ts'

/** «Реквизит: кружка, чайник.» — up to the end of the sentence or the line. */
const named = (words: string): RegExp => new RegExp(`(?<![\\p{L}])(?:${words})\\s*[:—–-]\\s*([^.;\\n]{1,300})`, 'iu')
const PLACE = named('место(?: съ[её]мки| действия)?|локация|place|location|set')
const PROPS = named('реквизит|предметы|props?')
/** A heading as screenplays have it: «ИНТ. КУХНЯ — УТРО», "EXT. PARK - DAY". The place stands before the time of day. */
const SLUG =
  /^(?:инт|нат|экст|int|ext|i\/e)(?:\s*[./]\s*(?:инт|нат|экст|int|ext))?\s*[.\s]\s*(.+?)(?:\s+[—–-]\s+.*)?$/iu

/** Where a row is shot and with what: only as the picture, or the scene's heading, names it; nothing is guessed. */
export function seenIn(visual: string, heading: string): { place: string; props: string } {
  const text = printable(visual)
  return {
    place: oneLine(PLACE.exec(text)?.[1] ?? SLUG.exec(heading)?.[1] ?? ''),
    props: oneLine(PROPS.exec(text)?.[1] ?? ''),
  }
}
