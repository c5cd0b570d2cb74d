import type { Config } from '../config.ts'
import { FILTERS, filterLink } from '../contracts/web-ui.ts'
import { DEFAULT_LANGUAGE, textIn } from '../language.ts'
import type { Prepared } from './prepare.ts'

export interface BannerFacts {
  readonly config: Config
  readonly uiUrl: string | null
  readonly dataDir: string
  /** Parts of addresses that are good on this machine alone. */
  readonly secrets: Prepared
  readonly seconds: number
}

/** Of the filters of the Web UI the first: what failed. The others are in docs/operations.md. */
const filterRows = (uiUrl: string, namespace: string) =>
  FILTERS.slice(0, 1).map(
    ({ name, query }) => [`  ${textIn(name, DEFAULT_LANGUAGE)}`, filterLink(uiUrl, namespace, query)] as const,
  )

/** What a person needs once everything serves: where it is, what to paste, who writes, how to end it. */
export function banner({ config, uiUrl, dataDir, secrets, seconds }: BannerFacts): string {
  const api = `http://localhost:${config.PORT}`
  const codec = `http://localhost:${config.INTERNAL_PORT}/codec`
  const provider = config.demo
    ? 'the demo provider (no OPENAI_API_KEY or OPENAI_BASE_URL is set): real workflow, canned writer, labelled is_demo'
    : `${config.OPENAI_MODEL} at ${config.OPENAI_BASE_URL ? new URL(config.OPENAI_BASE_URL).host : 'the OpenAI API'}`
  const rows = [
    ['Studio: open it', `${api}/`],
    ['API', `${api}/api/v1`],
    ['Docs', `${api}/docs`],
    ...(secrets.devPages === null || config.SMTP_URL
      ? []
      : [['Mails, not sent', `${api}/dev/${secrets.devPages}/mails`] as const]),
    ['Temporal Web UI', uiUrl ?? `that of ${config.TEMPORAL_ADDRESS ?? 'your server'}`],
    ...(uiUrl === null ? [] : filterRows(uiUrl, config.TEMPORAL_NAMESPACE)),
    // Payloads in clear, for a Web UI of ours.
    ...(uiUrl === null || secrets.codecToken === null
      ? []
      : [['Its codec server', `${codec}/${secrets.codecToken}   (shows payloads: keep it to yourself)`] as const]),
    ['Scripts written by', provider],
    ['Logs', `${dataDir}/logs`],
    ['Data', dataDir],
  ] as const
  return `
Scenor is ready (${seconds.toFixed(1)} s)

${rows.map(([name, value]) => `  ${name.padEnd(27)}${value}`).join('\n')}

Try it: open the studio in a browser, or npm run demo, or paste this (registers a user, then has a script written):

  TOKEN=$(curl -s ${api}/api/v1/auth/register -H 'Content-Type: application/json' \\
    -d "{\\"email\\":\\"try-$(date +%s)@example.test\\",\\"password\\":\\"plum-orbit-kettle-92\\"}" \\
    | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s ${api}/api/v1/ai/generate -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"brief":"A 30-second ad for a thermos that keeps tea hot for a day","target_duration_s":30}'

Ctrl-C stops everything.
`
}
