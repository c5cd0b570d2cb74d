/** `npm run doctor`: whether everything that an installation needs is there and set as it should be, and what to do where it is not. */
import './closed-pipe.ts'
import { parseArgs } from 'node:util'
import { ConfigError } from '../config.ts'
import { ALL, examine } from '../doctor/examine.ts'
import { fault, type Finding } from '../doctor/finding.ts'
import { inWords } from '../doctor/words.ts'
import { loadKeys, type Keys } from '../keys/keys.ts'
import { DEFAULT_LANGUAGE, languageOfTag, type Language } from '../language.ts'
import { here } from './locale.ts'
import { explain, openInstallation } from './replay/installation.ts'
import { ReplayError } from './replay/replay-error.ts'

const USAGE = here([
  `usage: npm run doctor [-- --json] [-- --lang en|ru]

Asks databases, poolers, Temporal, keys, clocks, disk, certificates, model providers, mail, Redis and the event bus of the installation
that the variables name (else of the npm start with this DATA_DIR), and says what is wrong and what to do. It changes nothing.

Ends with 0 when nothing keeps work from being done (warnings may be left), with 1 when something does, with 2 when it could not look.`,
  `использование: npm run doctor [-- --json] [-- --lang en|ru]

Опрашивает базы, пулеры, Temporal, ключи, часы, диск, сертификаты, провайдеров моделей, почту, Redis и шину событий той установки, что
задана переменными (иначе npm start с этим DATA_DIR), и говорит, что не так и что делать. Ничего не меняет.

Код выхода: 0 — ничто не мешает работе (предупреждения возможны), 1 — мешает, 2 — посмотреть не удалось.`,
])
const MARKS = { ok: '✓', warning: '!', fault: '✗' } as const
const ORDER = { fault: 0, warning: 1, ok: 2 } as const

const print = (line: string): void => void process.stdout.write(`${line}\n`)

function readArguments() {
  try {
    return parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        lang: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values
  } catch (error) {
    throw new ReplayError(`${(error as Error).message.split('. ')[0]}\n\n${USAGE}`)
  }
}

async function findings(): Promise<Finding[]> {
  const installation = await openInstallation()
  const { config, databases, temporal } = installation
  try {
    let missing: Finding[] = []
    const keys = await loadKeys(config, 'refuse').catch((error: unknown): Keys | null => {
      if (!(error instanceof ConfigError)) throw error
      missing = [fault('keys', 'keys.missing', { error: error.message })]
      return null
    })
    return [...missing, ...(await examine({ config, databases, temporal, keys }, ALL))]
  } finally {
    await installation.close()
  }
}

async function main(): Promise<void> {
  const { json, lang, help } = readArguments()
  if (help) return print(USAGE)
  const language: Language = languageOfTag(lang ?? here(['en', 'ru'])) ?? DEFAULT_LANGUAGE
  const found = (await findings()).toSorted((a, b) => ORDER[a.level] - ORDER[b.level])
  const count = (level: Finding['level']) => found.filter((finding) => finding.level === level).length
  const [faults, warnings] = [count('fault'), count('warning')]
  const said = found.map((finding) => ({ ...finding, words: inWords(finding, language) }))
  if (json) print(JSON.stringify({ faults, warnings, findings: said }, null, 2))
  else {
    const width = Math.max(...said.map(({ check }) => check.length))
    for (const { level, check, words } of said) print(`${MARKS[level]} ${check.padEnd(width)}  ${words}`)
    print('')
    print(here([`${faults} faults, ${warnings} warnings`, `Неисправностей: ${faults}, предупреждений: ${warnings}`]))
  }
  process.exitCode = faults > 0 ? 1 : 0
}

await main().catch((error: unknown) => {
  process.stderr.write(`${explain(error) ?? (error instanceof Error ? error.stack : String(error))}\n`)
  process.exitCode = 2
})
process.stdout.write('', () => process.exit())
