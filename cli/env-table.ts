/** `npm run docs:env`: prints the table of all variables; with `-- --write` puts it into the README, between its markers. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { VARIABLES } from '../config.ts'

const README = fileURLToPath(new URL('../README.md', import.meta.url))
const BEGIN = '<!-- variables: made by `npm run docs:env -- --write`, do not edit -->'
const END = '<!-- /variables -->'

/** A cell of a Markdown table: a bar would end it. */
const cell = (text: string) => text.replaceAll('|', '\\|')

/** The Markdown table of every variable that a process reads, in the order of config.ts. */
export function envTable(variables: Readonly<Record<string, { about: string; fallback?: string }>>): string {
  const rows = Object.entries(variables).map(
    ([name, { about, fallback }]) => `| \`${name}\` | ${fallback ? `\`${cell(fallback)}\`` : ''} | ${cell(about)} |`,
  )
  return ['| Variable | Default | What it is |', '|---|---|---|', ...rows].join('\n')
}

/**
 * The text with the table between its markers.
 * @throws Error when the markers are not there, one after the other
 */
export function withTable(text: string, table: string): string {
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END, begin)
  if (begin < 0 || end < 0) throw new Error(`README.md has lost its markers: ${BEGIN} and ${END}`)
  return `${text.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${text.slice(end)}`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const table = envTable(VARIABLES)
  if (process.argv.includes('--write')) writeFileSync(README, withTable(readFileSync(README, 'utf8'), table))
  else process.stdout.write(`${table}\n`)
}
