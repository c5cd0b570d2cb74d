/** `npm run docs:env`: prints the table of all variables; with `-- --write` puts it into the README, between its markers. */
import './closed-pipe.ts'
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { VARIABLES } from '../config.ts'
import { SECRETS } from '../roles.ts'

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

/** Which of them may stand in files. */
const secretsLine = (secrets: readonly string[]): string =>
  `Secrets may stand in files, whose paths are then in \`<NAME>_FILE\`: ${secrets.map((name) => `\`${name}\``).join(', ')}.`

/** What stands between the markers. */
export const variablesPart = (): string => `${envTable(VARIABLES)}\n\n${secretsLine(SECRETS)}`

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
  const table = variablesPart()
  if (process.argv.includes('--write')) writeFileSync(README, withTable(readFileSync(README, 'utf8'), table))
  else process.stdout.write(`${table}\n`)
}
