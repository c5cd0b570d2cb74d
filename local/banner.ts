import type { Config } from '../config.ts'

export interface BannerFacts {
  readonly config: Config
  readonly uiUrl: string | null
  readonly dataDir: string
  /** Where the Web UI gets payloads in clear; null without a dev server of ours. */
  readonly codecUrl: string | null
  readonly seconds: number
}

/** What a person needs once everything serves: where it is, what to paste, who writes, how to end it. */
export function banner({ config, uiUrl, dataDir, codecUrl, seconds }: BannerFacts): string {
  const api = `http://localhost:${config.PORT}`
  const provider = config.demo
    ? 'the demo provider (no OPENAI_API_KEY or OPENAI_BASE_URL is set): real workflow, canned writer, labelled is_demo'
    : `${config.OPENAI_MODEL} at ${config.OPENAI_BASE_URL ? new URL(config.OPENAI_BASE_URL).host : 'the OpenAI API'}`
  const rows = [
    ['API', `${api}/api/v1`],
    ['Docs', `${api}/docs`],
    ...(config.databases || config.SMTP_URL ? [] : [['Mails, not sent', `${api}/dev/outbox`] as const]),
    ['Temporal Web UI', uiUrl ?? `that of ${config.TEMPORAL_ADDRESS ?? 'your server'}`],
    ...(codecUrl === null
      ? []
      : [['Its codec server', `${codecUrl}   (shows payloads: keep it to yourself)`] as const]),
    ['Scripts written by', provider],
    ['Logs', `${dataDir}/logs`],
    ['Data', dataDir],
  ] as const
  return `
Scenor is ready (${seconds.toFixed(1)} s)

${rows.map(([name, value]) => `  ${name.padEnd(20)}${value}`).join('\n')}

Try it: npm run demo, or paste this (registers a user, then has a script written):

  TOKEN=$(curl -s ${api}/api/v1/auth/register -H 'Content-Type: application/json' \\
    -d "{\\"email\\":\\"try-$(date +%s)@example.test\\",\\"password\\":\\"plum-orbit-kettle-92\\"}" \\
    | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  curl -s ${api}/api/v1/ai/generate -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"brief":"A 30-second ad for a thermos that keeps tea hot for a day","target_duration_s":30}'

Ctrl-C stops everything.
`
}
