import type { DraftScene, Row } from './script.ts'

type Rendered = Pick<DraftScene, 'heading' | 'beat'> & { readonly rows: readonly Omit<Row, 'id'>[] }

/** One line whatever the text holds, so that a line break in a text cannot pretend to be the next label. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()

function renderRow(row: Omit<Row, 'id'>): string {
  const [only] = row.audio
  // A paragraph of a client that knows plain text only (`content` in, `content` out) comes back as it was.
  if (only && row.audio.length === 1 && only.type === 'vo' && !only.speaker && !row.visual && !row.on_screen_text)
    return only.text.trim()
  const lines: string[] = []
  if (row.visual) lines.push(`VIDEO: ${oneLine(row.visual)}`)
  for (const { speaker, type, text } of row.audio) {
    const kind = type === 'vo' ? '' : ` (${type})`
    lines.push(`AUDIO${kind}: ${speaker ? `${oneLine(speaker)}: ` : ''}${oneLine(text)}`)
  }
  if (row.on_screen_text) lines.push(`TEXT: ${oneLine(row.on_screen_text)}`)
  return lines.join('\n')
}

/**
 * The script as plain text: the contract's derived `content`. Scenes are numbered headings with their beat, rows are blocks of
 * `VIDEO:`, `AUDIO:` and `TEXT:` lines, a blank line between blocks. The same scenes give the same text, byte for byte.
 * Scenes without heading (text sent as `content`) have none here either.
 */
export function renderContent(scenes: readonly Rendered[]): string {
  return scenes
    .flatMap((scene, i) => [
      ...(scene.heading ? [`${i + 1}. ${oneLine(scene.heading)} [${scene.beat}]`] : []),
      ...scene.rows.map(renderRow),
    ])
    .filter((block) => block !== '')
    .join('\n\n')
}

/** Characters of a script that say what it is about. */
const GIST = 6_000

/** What a script says, short enough to ask for titles with it. */
export const plainScript = ({ title, scenes }: { title: string; scenes: readonly Rendered[] }): string =>
  `${title}\n\n${renderContent(scenes)}`.slice(0, GIST).toWellFormed()
