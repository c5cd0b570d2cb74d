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
    // Words with a colon of their own are not taken for a speaker's: an empty name stands before them.
    const name = speaker ? `${oneLine(speaker)}: ` : text.includes(': ') ? ': ' : ''
    lines.push(`AUDIO${kind}: ${name}${oneLine(text)}`)
  }
  if (row.on_screen_text) lines.push(`TEXT: ${oneLine(row.on_screen_text)}`)
  return lines.join('\n')
}

/**
 * The script as plain text: the contract's derived `content`. Scenes are numbered headings with their beat, rows are blocks of
 * `VIDEO:`, `AUDIO:` and `TEXT:` lines, a blank line between blocks. The same scenes give the same text, byte for byte.
 * The one scene without heading of a text that was sent as `content` has none here either.
 */
export function renderContent(scenes: readonly Rendered[]): string {
  return scenes
    .flatMap((scene, i) => [
      ...(scene.heading || scenes.length > 1 ? [`${i + 1}. ${oneLine(`${scene.heading} [${scene.beat}]`)}`] : []),
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
