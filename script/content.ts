import { withLineBreaks } from './clean.ts'
import { spokenSeconds, type Reading } from './duration.ts'
import { readContent } from './read-content.ts'
import { renderContent } from './render.ts'
import { MAX_ROWS, type Audio, type Beat, type Row, type Scene } from './script.ts'
import { isBlank } from './nfc.ts'

/**
 * Bytes that the scenes of a script have at most as JSON: with all other fields at their longest, the `json` export of any scenario
 * is then below the 1 MiB of a request and can be imported again.
 */
export const MAX_SCENES_BYTES = 960 * 1024

/** A scene as a client sends it: its id and those of its rows are wishes. */
export interface SentScene {
  readonly id?: string | null | undefined
  readonly heading: string
  readonly beat: Beat
  readonly locked: boolean
  readonly rows: readonly SentRow[]
  readonly written_from?: string | undefined
}
type SentRow = Omit<Row, 'id' | 'audio'> & {
  readonly id?: string | null | undefined
  readonly audio: readonly Audio[]
}

/**
 * Scenes to store. Ids that the scenario has are kept (once each), so that comments stay with their scenes; all others are new,
 * so that nobody can take ids of somebody else's rows. A scenario that begins has no brief that its scenes were written from.
 * @param known the scenes that the scenario has now
 * @param newId gives UUIDv7 strings
 */
export function withKnownIds(sent: readonly SentScene[], known: readonly Scene[], newId: () => string): Scene[] {
  const free = new Set(known.flatMap((scene) => [scene.id, ...scene.rows.map((row) => row.id)]))
  const keep = (id: string | null | undefined) => {
    const wanted = id?.toLowerCase()
    return wanted !== undefined && free.delete(wanted) ? wanted : newId()
  }
  const briefs = new Map(known.map((scene) => [scene.id, scene.written_from]))
  return sent.map(({ id: wanted, rows, written_from, ...scene }) => {
    const id = keep(wanted)
    const from = known.length > 0 ? (written_from ?? briefs.get(id)) : undefined
    return {
      id,
      ...scene,
      rows: rows.map((row) => ({ ...row, id: keep(row.id), audio: row.audio.map((a) => ({ ...a })) })),
      ...(from !== undefined && { written_from: from }),
    }
  })
}

/** Paragraphs of a plain text: blocks between blank lines. */
export const paragraphs = (text: string): string[] =>
  withLineBreaks(text)
    .split(/\n[^\S\n]*\n/)
    .map((p) => p.trim())
    .filter((p) => !isBlank(p))

/** Whether a scenario is what `textToScenes` makes: then its ids live on through the next plain text. */
const isPlainText = (scenes: readonly Scene[]): boolean =>
  scenes.length === 1 && scenes[0]!.heading === '' && scenes[0]!.beat === 'free'

/** What stands in each row: a paragraph, or several where there are more of them than rows. */
function rowTexts(text: string): string[] {
  const all = paragraphs(text)
  const each = Math.ceil(all.length / MAX_ROWS)
  return all.flatMap((_, i) => (i % each === 0 ? [all.slice(i, i + each).join('\n\n')] : []))
}

/**
 * The scenes that a client's text means. The `content` that we gave comes back as the script that it is of; one that was changed has the
 * scenes and rows that its labels say; a text without any of our labels is one scene.
 */
export function contentToScenes(text: string, reading: Reading, known: readonly Scene[], newId: () => string): Scene[] {
  const sent = withLineBreaks(text).trim()
  if (known.length > 0 && sent === withLineBreaks(renderContent(known)).trim())
    return known.map((scene) => ({ ...scene }))
  return readContent(sent, { reading, known, newId }) ?? textToScenes(text, reading, known, newId)
}

/**
 * The one scene of a client that only has text: a row for each paragraph, its planned seconds those that its words take.
 * A plain text that follows another keeps the scene's id and those of rows whose words stay.
 */
export function textToScenes(text: string, reading: Reading, known: readonly Scene[], newId: () => string): Scene[] {
  const before = isPlainText(known) ? known[0] : undefined
  const ids = new Map<string, string[]>()
  for (const row of before?.rows ?? []) {
    const said = row.audio[0]?.text ?? ''
    ids.set(said, [...(ids.get(said) ?? []), row.id])
  }
  const rows = rowTexts(text).map((paragraph) => ({
    id: ids.get(paragraph)?.shift() ?? newId(),
    visual: '',
    audio: [{ speaker: '', type: 'vo' as const, text: paragraph }],
    on_screen_text: null,
    duration_s: Math.min(3_600, Math.round(spokenSeconds(paragraph, reading) * 10) / 10),
  }))
  if (rows.length === 0) return []
  return [{ id: before?.id ?? newId(), heading: '', beat: 'free', locked: before?.locked ?? false, rows }]
}
