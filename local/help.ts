import { VARIABLES } from '../config.ts'

const SHOWN = [
  ...(['PORT', 'DATA_DIR', 'LOG_LEVEL', 'DATABASE_URL'] as const),
  ...(['TEMPORAL_ADDRESS', 'TEMPORAL_CLI', 'TEMPORAL_UI_PORT', 'INTERNAL_PORT', 'METRICS_PORT'] as const),
  ...(['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OPENAI_MODEL'] as const),
]

/** `--help` of `npm start`. */
export const HELP = `Usage: npm start [-- --verbose]

Starts Scenor on this machine: an embedded Postgres, a Temporal dev server with its Web UI, the API and the workers.
Everything is kept in DATA_DIR, so a later start has it all again. Ctrl-C stops everything.

  --verbose   show all log lines of the API and the workers, not only warnings
  --help      this text

Variables (all of them: README):
${SHOWN.map((name) => `  ${name.padEnd(18)}${VARIABLES[name].about}${'fallback' in VARIABLES[name] && VARIABLES[name].fallback ? ` (${VARIABLES[name].fallback})` : ''}`).join('\n')}

Exit codes: 0 stopped, 1 could not start, 3 already running on this DATA_DIR.`
