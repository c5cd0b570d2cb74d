/** `npm run docs:layers`: puts the layers of layers.json into docs/architecture.md, between its markers. */
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import layers from './layers.json' with { type: 'json' }

export const ARCHITECTURE = new URL('../../docs/architecture.md', import.meta.url)
const BEGIN = '<!-- layers: made by `npm run docs:layers`, do not edit -->'
const END = '<!-- /layers -->'

/** The layers as a drawing, the highest first: each line may import what stands in the lines below it. */
function diagram(): string {
  const names = layers.map(({ rooms }) => rooms.join(' · '))
  const width = Math.max(...names.map((name) => name.length))
  return layers
    .map(({ about }, i) => `${names[i]?.padEnd(width)}   ${about}`)
    .toReversed()
    .join('\n')
}

/**
 * The text with the layers between its markers.
 * @throws Error when the markers are not there, one after the other
 */
export function withLayers(text: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`docs/architecture.md has lost its markers: ${BEGIN} and ${END}`)
  return `${text.slice(0, begin + BEGIN.length)}\n\n\`\`\`\n${diagram()}\n\`\`\`\n\n${text.slice(end)}`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(ARCHITECTURE, withLayers(readFileSync(ARCHITECTURE, 'utf8')))
