import { z } from 'zod'
import { openAiSettings, ProviderList, type ProviderSettings } from './models/settings.ts'
import { SERVICES, type Service } from './services.ts'

/** A variable's name, how its text is read, its default as text, and what the README's table says about it. */
interface Variable<T> {
  readonly schema: z.ZodType<T, string | undefined>
  readonly fallback?: string
  readonly about: string
}

const variable = <T>(schema: z.ZodType<T, string | undefined>, about: string, fallback?: string): Variable<T> =>
  fallback === undefined ? { schema, about } : { schema, about, fallback }

const text = z.string().min(1, 'must not be empty')
const optional = <T>(inner: z.ZodType<T, string>) => inner.optional()
const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port, 1 to 65535')
  .transform(Number)
  .refine((n) => n > 0 && n < 65536, 'must be a port, 1 to 65535')
const whole = (min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number of at least ${min}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`)
const positive = z
  .string()
  .transform(Number)
  .refine((n) => Number.isFinite(n) && n > 0, 'must be a number above 0')
const url = (...schemes: string[]) =>
  z
    .string()
    .refine(
      (s) => URL.canParse(s) && schemes.includes(new URL(s).protocol.slice(0, -1)),
      `must be a URL that starts with ${schemes.map((s) => `${s}://`).join(' or ')}`,
    )
const postgresUrl = url('postgres', 'postgresql')
const flag = z.enum(['true', 'false', '1', '0'], 'must be true or false').transform((s) => s === 'true' || s === '1')
const list = <const T extends string>(words: readonly T[]) =>
  z
    .string()
    .transform((s) =>
      s
        .split(',')
        .map((w) => w.trim())
        .filter(Boolean),
    )
    .refine(
      (all) => all.length > 0 && all.every((w) => (words as readonly string[]).includes(w)),
      `must be a comma-separated list of: ${words.join(', ')}`,
    )
    .transform((all) => [...new Set(all)] as T[])
const emails = z.string().transform((s) =>
  s
    .split(',')
    .map((w) => w.trim().toLowerCase())
    .filter(Boolean),
)

/** Every variable that any process reads. The README's table is generated from this (`npm run docs:env`). */
export const VARIABLES = {
  PORT: variable(port, 'public port of the API', '3000'),
  HOST: variable(text, 'address that the API listens on', '127.0.0.1'),
  INTERNAL_PORT: variable(port, 'port of the internal endpoints, which the gateway never exposes', '3001'),
  INTERNAL_URL: variable(
    optional(url('http', 'https')),
    'where workers reach the internal endpoints; default: http://127.0.0.1:INTERNAL_PORT',
  ),
  METRICS_PORT: variable(port, 'port of the API’s Prometheus metrics', '9464'),
  WORKERS_METRICS_PORT: variable(port, 'port of a worker process’s Prometheus metrics', '9465'),
  DATA_DIR: variable(text, 'embedded databases, keys and logs', '.data'),
  PUBLIC_URL: variable(optional(url('http', 'https')), 'the address that clients know; default: http://localhost:PORT'),
  LOG_LEVEL: variable(
    z.enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'must be trace, debug, info, warn, error, fatal or silent',
    ),
    'least severe level that is logged',
    'info',
  ),
  DATABASE_URL: variable(
    optional(postgresUrl),
    'Postgres server; each service uses the database of its own name there; default: embedded Postgres',
  ),
  ...(Object.fromEntries(
    SERVICES.map((s) => [
      `${s.toUpperCase()}_DATABASE_URL`,
      variable(optional(postgresUrl), `database of the service ${s}, instead of DATABASE_URL`),
    ]),
  ) as Record<`${Uppercase<Service>}_DATABASE_URL`, Variable<string | undefined>>),
  DATABASE_POOL: variable(whole(1, 200), 'connections a process holds at most to each database', '10'),
  REDIS_URL: variable(optional(url('redis', 'rediss')), 'Redis for caches and limits; default: none, limits in memory'),
  TEMPORAL_ADDRESS: variable(optional(text), 'host:port of a Temporal server; default: a local dev server'),
  TEMPORAL_NAMESPACE: variable(text, 'Temporal namespace', 'default'),
  TEMPORAL_API_KEY: variable(optional(text), 'API key for the Temporal server'),
  TEMPORAL_TLS_CERT: variable(optional(text), 'path of the client certificate (PEM) for the Temporal server'),
  TEMPORAL_TLS_KEY: variable(optional(text), 'path of the key (PEM) of that certificate'),
  TEMPORAL_TLS_CA: variable(
    optional(text),
    'path of the certificate authority (PEM) that the Temporal server must be signed by',
  ),
  TEMPORAL_UI_PORT: variable(port, 'port of the dev server’s Web UI', '8233'),
  TEMPORAL_UI_ORIGIN: variable(
    optional(url('http', 'https')),
    'origin of the Temporal Web UI that may ask the codec server; default: the dev server’s',
  ),
  TEMPORAL_CLI: variable(optional(text), 'path of a `temporal` binary for the local dev server'),
  TASK_QUEUE_SUFFIX: variable(
    z.string().regex(/^[\w-]*$/, 'must be letters, digits, _ and - only'),
    'set apart installations that share a Temporal namespace',
    '',
  ),
  OPENAI_API_KEY: variable(optional(text), 'key for the model provider'),
  OPENAI_BASE_URL: variable(
    optional(url('http', 'https')),
    'OpenAI-compatible endpoint; with neither key nor URL the labelled demo provider writes',
  ),
  OPENAI_MODEL: variable(text, 'model that writes', 'gpt-4.1-mini'),
  AI_PROVIDERS: variable(
    optional(ProviderList),
    'several providers instead of OPENAI_*, in the order of use: JSON list of {name, base_url, model, api_key?, kind?, endpoint?, headers?, oauth?, price?}',
  ),
  AI_TIMEOUT_MS: variable(whole(100, 3_600_000), 'one model call, milliseconds', '90000'),
  AI_REPAIR_ROUNDS: variable(whole(0, 2), 'how often failing scenes of a script are written again, 0 to 2', '2'),
  AI_CONNECT_MS: variable(whole(50, 600_000), 'until the connection to the model stands, milliseconds', '10000'),
  AI_FIRST_TOKEN_MS: variable(whole(50, 3_600_000), 'until the first piece of an answer, milliseconds', '60000'),
  AI_IDLE_MS: variable(whole(50, 3_600_000), 'between two pieces of an answer, milliseconds', '30000'),
  AI_GIVE_UP_S: variable(whole(1, 86_400), 'how long an outage of the provider is waited out, seconds', '900'),
  AI_BUDGET_MICROS: variable(
    whole(0),
    'what a person may spend on models in a month, millionths of the currency; scaled by RATE_LIMIT_SCALE',
    '5000000',
  ),
  AI_CONCURRENCY: variable(whole(1, 1000), 'model calls that one worker process makes at a time', '50'),
  AI_CALLS_PER_SECOND: variable(
    optional(positive),
    'steps with model calls that begin in a second, for all workers together, kept by the Temporal server; default: no limit',
  ),
  SMTP_URL: variable(optional(url('smtp', 'smtps')), 'mail server; default: mail is kept, marked not sent'),
  MAIL_FROM: variable(optional(text), 'sender of mails'),
  SMS_PROVIDER: variable(
    optional(z.enum(['twilio', 'smsc', 'smsaero'], 'must be twilio, smsc or smsaero')),
    'who sends text messages; default: they are kept, marked not sent',
  ),
  SMS_ACCOUNT: variable(z.string(), 'account SID of Twilio, or e-mail of SMS Aero', ''),
  SMS_KEY: variable(z.string(), 'auth token of Twilio, or API key', ''),
  SMS_SENDER: variable(z.string(), 'sender of text messages', ''),
  SMS_BASE_URL: variable(optional(url('http', 'https')), 'address of the SMS provider, instead of its own'),
  NOTIFY_GIVE_UP_S: variable(
    whole(1, 604_800),
    'how long a mail server, SMS provider or push service that is away is tried, seconds',
    '86400',
  ),
  DEV_PAGES: variable(flag, 'pages for developers; `npm start` sets it with its own embedded Postgres', 'false'),
  EVENT_BUS: variable(
    z.enum(['postgres', 'kafka', 'rabbitmq'], 'must be postgres, kafka or rabbitmq'),
    'event bus',
    'postgres',
  ),
  KAFKA_BROKERS: variable(optional(text), 'comma-separated host:port list, with EVENT_BUS=kafka'),
  RABBITMQ_URL: variable(optional(url('amqp', 'amqps')), 'broker, with EVENT_BUS=rabbitmq'),
  SERVICES: variable(list(SERVICES), 'domains that this API process serves', SERVICES.join(',')),
  WORKERS: variable(list(SERVICES), 'domain workers that this worker process runs', SERVICES.join(',')),
  TRUSTED_PROXIES: variable(
    whole(0, 10),
    'how many proxies stand before the API: that many addresses of X-Forwarded-For are believed, from the right',
    '0',
  ),
  ALIVE_FILE: variable(
    optional(text),
    'file that a worker process renews every 5 s while it works, for health checks; default: none',
  ),
  ERASURE_DELAY_S: variable(whole(0), 'time to cancel an erasure, seconds', '86400'),
  RATE_LIMIT_SCALE: variable(positive, 'multiplies every limit, for load tests', '1'),
  ADMIN_EMAILS: variable(emails, 'comma-separated addresses that become admin once verified', ''),
  JWT_PRIVATE_KEY: variable(
    optional(text),
    'Ed25519 key (PKCS #8 PEM) that signs access tokens, older ones that still verify after it; default: kept in DATA_DIR/keys',
  ),
  SERVICE_PRIVATE_KEY: variable(
    optional(text),
    'Ed25519 key (PKCS #8 PEM) that signs service tokens; default: kept in DATA_DIR/keys',
  ),
  PAYLOAD_KEYS: variable(
    optional(
      z
        .string()
        .regex(
          /^[\w.-]+:[A-Za-z0-9_-]{43}(,[\w.-]+:[A-Za-z0-9_-]{43})*$/,
          'must be a list of id:key, each key 32 bytes in base64url; the first one encrypts',
        ),
    ),
    'key ring of the payload codec, id:base64url,…; default: kept in DATA_DIR/keys',
  ),
  PASSWORD_PEPPER: variable(
    optional(
      z
        .string()
        .regex(
          /^[\w.-]+:[A-Za-z0-9_-]{43}(,[\w.-]+:[A-Za-z0-9_-]{43})*$/,
          'must be a list of id:secret, each secret 32 bytes in base64url; the first one is used for new hashes',
        ),
    ),
    'secrets mixed into password hashes, id:base64url,…, the newest first; default: kept in DATA_DIR/keys',
  ),
  REGISTER_WAIT_MS: variable(
    whole(0, 30_000),
    'how long a registration is waited for before 202, milliseconds',
    '2000',
  ),
  PRETTY_LOGS: variable(flag, 'one short line an entry instead of JSON, for a person’s terminal', 'false'),
} as const

type Values = { [K in keyof typeof VARIABLES]: (typeof VARIABLES)[K] extends Variable<infer T> ? T : never }

/** What every process gets as its first argument: parsed, frozen, complete. `databases` is null when none is set: only the supervisor may then go on. */
export interface Config extends Readonly<Values> {
  readonly databases: Readonly<Record<Service, string>> | null
  readonly publicUrl: string
  readonly internalUrl: string
  /** True when neither key nor URL of a model provider is set: the demo provider writes, labelled. */
  readonly demo: boolean
  /** The model providers in the order of use; none for the demo. */
  readonly providers: readonly ProviderSettings[]
}

/** A variable has a value that cannot be used. The message names the variable and says what it must be, never the value (it may be a secret). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/**
 * Reads the environment once. The only reader of `process.env`.
 * @throws ConfigError naming every wrong variable
 */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const values: Record<string, unknown> = {}
  const wrong: string[] = []
  for (const [name, { schema, fallback }] of Object.entries(VARIABLES) as [string, Variable<unknown>][]) {
    // An empty variable is an unset one: compose files and shells write `X=` for "not set".
    const parsed = schema.safeParse(env[name] === undefined || env[name] === '' ? fallback : env[name])
    if (parsed.success) values[name] = parsed.data
    else wrong.push(`${name}: ${parsed.error.issues[0]?.message ?? 'is wrong'}`)
  }
  const v = values as Values
  if (v.EVENT_BUS === 'kafka' && !v.KAFKA_BROKERS) wrong.push('KAFKA_BROKERS: must be set with EVENT_BUS=kafka')
  if (v.EVENT_BUS === 'rabbitmq' && !v.RABBITMQ_URL) wrong.push('RABBITMQ_URL: must be set with EVENT_BUS=rabbitmq')
  const own = SERVICES.map((s) => v[`${s.toUpperCase() as Uppercase<Service>}_DATABASE_URL`])
  if (!v.DATABASE_URL && own.some(Boolean) && !own.every(Boolean))
    wrong.push('DATABASE_URL: must be set unless all of the five <SERVICE>_DATABASE_URL are')
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'))
  return Object.freeze({
    ...v,
    databases: v.DATABASE_URL || own.every(Boolean) ? databaseUrls(v) : null,
    publicUrl: (v.PUBLIC_URL ?? `http://localhost:${v.PORT}`).replace(/\/$/, ''),
    internalUrl: (v.INTERNAL_URL ?? `http://127.0.0.1:${v.INTERNAL_PORT}`).replace(/\/$/, ''),
    demo: !v.AI_PROVIDERS && !v.OPENAI_API_KEY && !v.OPENAI_BASE_URL,
    providers:
      v.AI_PROVIDERS ??
      (v.OPENAI_API_KEY || v.OPENAI_BASE_URL
        ? [openAiSettings(v.OPENAI_API_KEY, v.OPENAI_BASE_URL, v.OPENAI_MODEL)]
        : []),
  })
}

function databaseUrls(v: Values): Record<Service, string> {
  return Object.fromEntries(
    SERVICES.map((s) => {
      const own = v[`${s.toUpperCase() as Uppercase<Service>}_DATABASE_URL`]
      if (own) return [s, own]
      const u = new URL(v.DATABASE_URL as string)
      u.pathname = `/${s}`
      return [s, u.href]
    }),
  ) as Record<Service, string>
}
