#!/usr/bin/env node
/**
 * `npm run replay -- …` (the bin `scenor-replay`): finds operations, says why they failed or stand still, repeats them here, and lets
 * production finish them.
 */
import './closed-pipe.ts'
import { parseArgs } from 'node:util'
import { here } from './locale.ts'
import { CATALOGUE, type CommandEntry } from './replay/catalogue.ts'
import { isFiltered } from './replay/filter.ts'
import { ReplayError } from './replay/replay-error.ts'
import type { Given } from './replay/told.ts'

const COMMON = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
const FOOT = here([
  `Every command takes --json and --help. Of the installation that the variables name (DATABASE_URL, TEMPORAL_ADDRESS, PAYLOAD_KEYS …), else
of the npm start with this DATA_DIR.`,
  `У каждой команды есть --json и --help. Установка — та, что в переменных (DATABASE_URL, TEMPORAL_ADDRESS, PAYLOAD_KEYS …), иначе
npm start с этим DATA_DIR.`,
])

const print = (line: string): void => void process.stdout.write(`${line}\n`)
const usage = (): string =>
  [
    `usage: replay <${here(['command', 'команда'])}>`,
    ...Object.entries(CATALOGUE).map(([name, { about }]) => `  ${name.padEnd(8)} ${here(about)}`),
    '',
    FOOT,
  ].join('\n')
const usageOf = (name: string, { words, about, more = [] }: CommandEntry): string =>
  [`usage: replay ${name} ${words}`, `  ${here(about)}`, ...more, '', FOOT].join('\n')

function parsed(name: string, entry: CommandEntry, args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: { ...entry.options, ...COMMON } })
  } catch (error) {
    throw new ReplayError(`${(error as Error).message.split('. ')[0]}\n\n${usageOf(name, entry)}`)
  }
}

async function main([name = '', ...args]: readonly string[]): Promise<void> {
  if (['help', '--help', '-h'].includes(name)) return print(usage())
  const entry = Object.hasOwn(CATALOGUE, name) ? CATALOGUE[name] : undefined
  if (!entry) throw new ReplayError(usage())
  const { values: read, positionals: words } = parsed(name, entry, args)
  const values = read as Given['values']
  if (values['help'] === true) return print(usageOf(name, entry))
  const chooses = entry.options !== undefined && 'since' in entry.options
  const filtered = (chooses && isFiltered(values)) || values['open'] === true
  const least = entry.least === 0 && entry.most > 0 && !filtered ? 1 : entry.least
  if (words.length < least || words.length > entry.most || (filtered && words.length > 0 && name !== 'find'))
    throw new ReplayError(usageOf(name, entry))
  const json = values['json'] === true
  const { openInstallation } = await import('./replay/installation.ts')
  const installation = await openInstallation()
  try {
    const command = await entry.load()
    const told = await command({ installation, words, values, say: json ? () => {} : print })
    if (json) print(JSON.stringify(told.json, null, 2))
    else for (const line of told.lines) print(line)
    if (told.failed) process.exitCode = 1
  } finally {
    await installation.close()
  }
}

await main(process.argv.slice(2)).catch(async (error: unknown) => {
  const said = error instanceof ReplayError ? error.message : (await import('./replay/installation.ts')).explain(error)
  process.stderr.write(`${said ?? (error instanceof Error ? error.stack : String(error))}\n`)
  process.exitCode = 1
})
// The SDK's native runtime keeps the process alive when no replay came to its end; what was printed is written first.
process.stdout.write('', () => process.exit())
