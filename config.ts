import { readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { openAiSettings, ProviderKeys, ProviderList, withKeys, type ProviderSettings } from './llm/settings.ts'
import { holds, holdersOf, SECRETS, type Holder, type Program, type Secret } from './roles.ts'
import { SERVICES, type Service } from './services.ts'

/**
 * This file is long because it is one list: every variable has its entry below (`VARIABLES`), and nothing else reads the environment.
 */

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
const httpUrl = url('http', 'https')
const oneOf = <const T extends readonly string[]>(known: T) =>
  z.enum(known, `must be ${new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(known)}`)
const flag = z.enum(['true', 'false', '1', '0'], 'must be true or false').transform((s) => s === 'true' || s === '1')
const words = (s: string): string[] =>
  s
    .split(',')
    .map((w) => w.trim())
    .filter(Boolean)
const list = <const T extends string>(known: readonly T[]) =>
  z
    .string()
    .transform(words)
    .refine(
      (all) => all.length > 0 && all.every((w) => (known as readonly string[]).includes(w)),
      `must be a comma-separated list of: ${known.join(', ')}`,
    )
    .transform((all) => [...new Set(all)] as T[])
/** The port of an origin on this machine may be open, for servers of developers. */
const isOrigin = (s: string): boolean =>
  /^http:\/\/(localhost|127\.0\.0\.1):\*$/.test(s) ||
  (/^https?:[^*]*$/.test(s) && URL.canParse(s) && new URL(s).origin === s)
const origins = z
  .string()
  .transform(words)
  .refine(
    (all) => all.every(isOrigin),
    'must be a comma-separated list of origins as browsers send them, https://app.example.com; the port of http://localhost and http://127.0.0.1 may be *',
  )
const emails = z.string().transform((s) => words(s.toLowerCase()))
/** The first one is for what is new, the others for what is there. */
const ring = (of: string, first: string) =>
  z
    .string()
    .regex(
      /^[\w.-]+:[A-Za-z0-9_-]{43}(,[\w.-]+:[A-Za-z0-9_-]{43})*$/,
      `must be a list of id:${of}, each ${of} 32 bytes in base64url; the first one ${first}`,
    )

/** Keys of one purpose. @param first what the first one does, all others only read what was made with them */
const keyRing = (of: string, first: string, about: string) =>
  variable(optional(ring(of, first)), `${about}, id:base64url,…; default: kept in DATA_DIR/keys`)

const upper = (s: Service) => s.toUpperCase() as Uppercase<Service>
type OfServices<Suffix extends string> = Record<`${Uppercase<Service>}_${Suffix}`, Variable<string | undefined>>
const ofServices = <const Suffix extends string>(suffix: Suffix, about: (service: Service) => string) =>
  Object.fromEntries(
    SERVICES.map((s) => [`${upper(s)}_${suffix}`, variable(optional(postgresUrl), about(s))]),
  ) as OfServices<Suffix>

/** Every variable that any process reads. The README's table is generated from this (`npm run docs:env`). */
export const VARIABLES = {
  PORT: variable(port, 'public port of the API', '3000'),
  HOST: variable(text, 'address that the public port listens on', '127.0.0.1'),
  INTERNAL_PORT: variable(port, 'port of the internal endpoints, which the gateway never exposes', '3001'),
  INTERNAL_URL: variable(
    optional(httpUrl),
    'where workers reach the internal endpoints; default: http://127.0.0.1:INTERNAL_PORT',
  ),
  INTERNAL_HOST: variable(
    text,
    'address that the internal endpoints listen on; another than loopback where workers run elsewhere',
    '127.0.0.1',
  ),
  METRICS_PORT: variable(port, 'port of the API’s Prometheus metrics', '9464'),
  WORKERS_METRICS_PORT: variable(port, 'port of a worker process’s Prometheus metrics', '9465'),
  METRICS_HOST: variable(text, 'address that both kinds of metrics listen on', '127.0.0.1'),
  DATA_DIR: variable(text, 'embedded databases, keys and logs', '.data'),
  PUBLIC_URL: variable(optional(httpUrl), 'the address that clients know; default: http://localhost:PORT'),
  APP_URL: variable(
    optional(httpUrl),
    'the frontend, where links of mails and shares lead to; default: small pages of our own at PUBLIC_URL',
  ),
  CORS_ORIGINS: variable(
    origins,
    'comma-separated origins whose pages may use the API, https://app.example.com; `npm start` allows those of this machine',
    '',
  ),
  LOG_LEVEL: variable(
    oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    'least severe level that is logged',
    'info',
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(
    optional(httpUrl),
    'where traces go, by OTLP over HTTP (a collector, Langfuse): /v1/traces is added; default: nowhere, and nothing is recorded',
  ),
  OTEL_EXPORTER_OTLP_HEADERS: variable(
    optional(z.string().regex(/^[\w-]+=[^,]*(,[\w-]+=[^,]*)*$/, 'must be a list of name=value')),
    'headers for it, name=value,…, values percent-encoded',
  ),
  TRACE_SHARE: variable(
    z
      .string()
      .transform(Number)
      .refine((n) => n >= 0 && n <= 1, 'must be a number from 0 to 1'),
    'which share of the traces that begin here is recorded, 0 to 1; in those that a caller began the caller decides',
    '1',
  ),
  DATABASE_URL: variable(
    optional(postgresUrl),
    'Postgres server; each service uses the database of its own name there; default: embedded Postgres',
  ),
  ...ofServices('DATABASE_URL', (s) => `database of the service ${s}, instead of DATABASE_URL`),
  ...ofServices(
    'DIRECT_URL',
    (s) =>
      `database of the service ${s} past a pooler, for LISTEN, migrations and the import; default: the address of its database`,
  ),
  MIGRATE_DATABASE_URL: variable(
    optional(postgresUrl),
    'Postgres server with the role that owns the databases, for `npm run migrate` alone; default: the addresses above',
  ),
  DATABASE_POOL: variable(whole(1, 200), 'connections a process holds at most to each database', '10'),
  REDIS_URL: variable(optional(url('redis', 'rediss')), 'Redis for caches and limits; default: none, limits in memory'),
  CONSUL_HTTP_ADDR: variable(
    optional(httpUrl),
    'agent of Consul, http://127.0.0.1:8500: processes are told to it, and the gateway and settings come from it; default: none, addresses are those of the environment and of DNS',
  ),
  CONSUL_HTTP_TOKEN: variable(optional(text), 'token for Consul, where it has access control'),
  ADVERTISE_HOST: variable(
    optional(text),
    'address at which Consul and the gateway reach this API process; default: HOST, or the machine’s first address',
  ),
  TEMPORAL_ADDRESS: variable(optional(text), 'host:port of a Temporal server; default: a local dev server'),
  TEMPORAL_NAMESPACE: variable(text, 'Temporal namespace', 'default'),
  TEMPORAL_API_KEY: variable(
    optional(text),
    'token for the Temporal server (`node cli/temporal-token.ts`, or a key of Temporal Cloud); one in a file is read again when it is renewed',
  ),
  TEMPORAL_TLS_CERT: variable(optional(text), 'path of the client certificate (PEM) for the Temporal server'),
  TEMPORAL_TLS_KEY: variable(optional(text), 'path of the key (PEM) of that certificate'),
  TEMPORAL_TLS_CA: variable(
    optional(text),
    'path of the certificate authority (PEM) that the Temporal server must be signed by',
  ),
  SERVICE_TLS_CA: variable(
    optional(text),
    'path of the certificate authority (PEM) that processes of the installation and Redis (rediss://) must be signed by; with it and the next two the internal endpoints speak TLS, to those alone that it has signed',
  ),
  SERVICE_TLS_CERT: variable(optional(text), 'path of the certificate (PEM) that this process shows them'),
  SERVICE_TLS_KEY: variable(optional(text), 'path of the key (PEM) of that certificate'),
  TEMPORAL_UI_PORT: variable(port, 'port of the dev server’s Web UI', '8233'),
  TEMPORAL_UI_ORIGIN: variable(
    optional(httpUrl),
    'origin of the Temporal Web UI that may ask the codec server; default: the dev server’s',
  ),
  TRACE_URL: variable(
    optional(httpUrl.refine((s) => s.includes('{trace_id}'), 'must have {trace_id} in it')),
    'address of a trace where yours are shown, with {trace_id} in it: replay links to it',
  ),
  TEMPORAL_CLI: variable(optional(text), 'path of a `temporal` binary for the local dev server'),
  TASK_QUEUE_SUFFIX: variable(
    z.string().regex(/^[\w-]*$/, 'must be letters, digits, _ and - only'),
    'set apart installations that share a Temporal namespace',
    '',
  ),
  WORKER_VERSIONING: variable(
    oneOf(['off', 'on']),
    'on: executions end on the version of the workers that they began on, and `npm run workers:version` says which one gets new ones',
    'off',
  ),
  OPENAI_API_KEY: variable(optional(text), 'key for the model provider'),
  OPENAI_BASE_URL: variable(
    optional(httpUrl),
    'OpenAI-compatible endpoint; with neither key nor URL the labelled demo provider writes',
  ),
  OPENAI_MODEL: variable(text, 'model that writes', 'gpt-4.1-mini'),
  AI_PROVIDERS: variable(
    optional(ProviderList),
    'several providers instead of OPENAI_*, in the order of use: JSON list of {name, base_url, model, api_key?, kind?, endpoint?, background?, headers?, oauth?, price?}',
  ),
  AI_PROVIDER_KEYS: variable(
    optional(ProviderKeys),
    'keys of AI_PROVIDERS for the workers of `ai` alone, which are left out there then: JSON {name: key}',
  ),
  AI_TIMEOUT_MS: variable(whole(100, 3_600_000), 'one model call, milliseconds', '90000'),
  DRAIN_S: variable(
    whole(0, 300),
    'how long a stopping API serves on and says that it is not ready, seconds, so that its balancer sends nobody any more',
    '5',
  ),
  WORKERS_DRAIN_S: variable(
    optional(whole(0, 9_999)),
    'how long a stopping worker lets model calls and mails at work come to their end, seconds; default: AI_TIMEOUT_MS',
  ),
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
    optional(oneOf(['twilio', 'smsc', 'smsaero'])),
    'who sends text messages; default: they are kept, marked not sent',
  ),
  SMS_ACCOUNT: variable(z.string(), 'account SID of Twilio, or e-mail of SMS Aero', ''),
  SMS_KEY: variable(z.string(), 'auth token of Twilio, or API key', ''),
  SMS_SENDER: variable(z.string(), 'sender of text messages', ''),
  SMS_BASE_URL: variable(optional(httpUrl), 'address of the SMS provider, instead of its own'),
  NOTIFY_GIVE_UP_S: variable(
    whole(1, 604_800),
    'how long a mail server, SMS provider or push service that is away is tried, seconds',
    '86400',
  ),
  NOTIFY_GATHER_S: variable(
    whole(1, 3_600),
    'how long the mail about a comment waits for more comments, which go in the same mail, seconds',
    '60',
  ),
  DEV_PAGES: variable(
    flag,
    'pages for developers, on this machine alone: /dev/<token>/mails, token in DATA_DIR/keys/dev-pages.token; `npm start` sets it with its own embedded Postgres',
    'false',
  ),
  EVENT_BUS: variable(oneOf(['postgres', 'kafka', 'rabbitmq']), 'event bus', 'postgres'),
  KAFKA_SECURITY_PROTOCOL: variable(
    oneOf(['PLAINTEXT', 'SSL']),
    'SSL: Kafka by TLS, with the certificates of SERVICE_TLS_*; RabbitMQ takes them with amqps://',
    'PLAINTEXT',
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
  BACKUP_MARK: variable(
    optional(text),
    'file that a backup renews when it has succeeded; its age is a metric of the workers; default: none',
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
  PAYLOAD_KEYS: keyRing('key', 'encrypts', 'key ring of the payload codec'),
  PASSWORD_PEPPER: keyRing('secret', 'is used for new hashes', 'secrets mixed into password hashes'),
  UNSUBSCRIBE_KEYS: keyRing('key', 'signs', 'keys of the unsubscribe links in mails'),
  IDEMPOTENCY_KEYS: keyRing('key', 'hashes', 'keys that hash the bodies of requests with an Idempotency-Key'),
  PHONE_CODE_KEYS: keyRing('key', 'makes codes', 'keys that phone codes are made and hashed with'),
  LIMIT_KEYS: keyRing('key', 'is used', 'keys that hide addresses in the counters of limits'),
  LINK_KEYS: keyRing('key', 'signs', 'keys that sign links which open one file for five minutes'),
  VAPID_KEYS: variable(
    optional(
      z
        .string()
        .regex(
          /^[\w-]{87}:[\w-]{43}(,[\w-]{87}:[\w-]{43})*$/,
          'must be a list of public:private, P-256 in base64url; browsers subscribe with the first one',
        ),
    ),
    'keys that sign web push messages, public:private,… in base64url; default: kept in DATA_DIR/keys',
  ),
  REGISTER_WAIT_MS: variable(
    whole(0, 30_000),
    'how long a registration is waited for before 202, milliseconds',
    '2000',
  ),
  PRETTY_LOGS: variable(flag, 'one short line an entry instead of JSON, for a person’s terminal', 'false'),
} as const

type Values = { [K in keyof typeof VARIABLES]: (typeof VARIABLES)[K] extends Variable<infer T> ? T : never }

/** Addresses of databases, of those that a process may open. */
type ServiceUrls = Readonly<Partial<Record<Service, string>>>

/**
 * What every process gets as its first argument: parsed, frozen, complete. `databases` is null when none is set: only the supervisor may
 * then go on.
 */
export interface Config extends Readonly<Values> {
  /** Which secrets it was given (`roles.ts`); null: all. */
  readonly role: readonly Holder[] | null
  /** Those that this process may open. */
  readonly databases: ServiceUrls | null
  /** The same databases past a pooler, for what needs a session of its own: LISTEN, migrations, the import's lock. */
  readonly listenUrls: ServiceUrls | null
  readonly publicUrl: string
  /** Where people read: the frontend, or our own pages. Without a slash at its end. */
  readonly appUrl: string
  readonly internalUrl: string
  /** Where the token for the Temporal server is renewed, if it stands in a file. */
  readonly temporalTokenFile: string | undefined
  /** How long a stopping worker lets work of others, models and mail servers, come to its end, milliseconds. */
  readonly workersDrainMs: number
  /** True when neither key nor URL of a model provider is set: the demo provider writes, labelled. */
  readonly demo: boolean
  /** The model providers in the order of use; none for the demo. */
  readonly providers: readonly ProviderSettings[]
}

/** Of a command of an operator, which may open all of them. */
export interface WholeConfig extends Config {
  readonly databases: Readonly<Record<Service, string>> | null
  readonly listenUrls: Readonly<Record<Service, string>> | null
}

/**
 * A variable has a value that cannot be used. The message names the variable and says what it must be, never the value (it may be a
 * secret).
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

type Environment = Readonly<Record<string, string | undefined>>

const isSecret = (name: string): name is Secret => (SECRETS as readonly string[]).includes(name)

/**
 * What a variable says: its text, or, for a secret, that of the file in `<NAME>_FILE`: an environment is seen by whoever can look at a
 * process. Empty is unset: compose files and shells write `X=` for that.
 */
function textOf(env: Environment, name: string): { readonly text: string | undefined; readonly wrong?: string } {
  const text = env[name] || undefined
  const file = isSecret(name) ? env[`${name}_FILE`] || undefined : undefined
  if (file === undefined) return { text }
  if (text !== undefined) return { text, wrong: `${name}_FILE: must not be set beside ${name}` }
  try {
    return { text: readFileSync(file, 'utf8').trim() || undefined }
  } catch (error) {
    return { text, wrong: `${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code})` }
  }
}

/** Whether there is such a secret; its file is not opened. */
const isGiven = (env: Environment, name: Secret): boolean =>
  Boolean(env[name]) || (statSync(env[`${name}_FILE`] || '/dev/null', { throwIfNoEntry: false })?.size ?? 0) > 0

/**
 * Reads the environment once. The only reader of `process.env`.
 * @param found goes before it: what an installation on this machine tells of itself
 * @param program reads the secrets that `roles.ts` gives it, and no others; default: a command, which may need any
 * @throws ConfigError naming every wrong variable
 */
export function loadConfig(given?: Environment, found?: Environment): WholeConfig
export function loadConfig(given: Environment | undefined, found: Environment | undefined, program: Program): Config
export function loadConfig(
  given: Environment = process.env,
  found: Environment = {},
  program: Program | null = null,
): Config {
  const env = { ...given, ...found }
  const values: Record<string, unknown> = {}
  const wrong: string[] = []
  const read = (name: string, { schema, fallback }: Variable<unknown>) => {
    const { text, wrong: unread } = textOf(env, name)
    if (unread !== undefined) return void wrong.push(unread)
    const parsed = schema.safeParse(text ?? fallback)
    if (parsed.success) values[name] = parsed.data
    else wrong.push(`${name}: ${parsed.error.issues[0]?.message ?? 'is wrong'}`)
  }
  const variables = Object.entries(VARIABLES) as [string, Variable<unknown>][]
  for (const [name, variable] of variables) if (!isSecret(name)) read(name, variable)
  const v = values as Values
  const role = program && holdersOf(program, v.WORKERS ?? [], v.EVENT_BUS)
  for (const [name, variable] of variables) if (isSecret(name) && holds(role, name)) read(name, variable)
  if (v.EVENT_BUS === 'kafka' && !v.KAFKA_BROKERS) wrong.push('KAFKA_BROKERS: must be set with EVENT_BUS=kafka')
  if (v.EVENT_BUS === 'rabbitmq' && !v.RABBITMQ_URL && holds(role, 'RABBITMQ_URL'))
    wrong.push('RABBITMQ_URL: must be set with EVENT_BUS=rabbitmq')
  const serviceTls = [v.SERVICE_TLS_CA, v.SERVICE_TLS_CERT, v.SERVICE_TLS_KEY]
  if (serviceTls.some(Boolean) && !serviceTls.every(Boolean))
    wrong.push('SERVICE_TLS_CA: must be set together with SERVICE_TLS_CERT and SERVICE_TLS_KEY')
  if (v.KAFKA_SECURITY_PROTOCOL === 'SSL' && !v.SERVICE_TLS_CA)
    wrong.push('SERVICE_TLS_CA: must be set with KAFKA_SECURITY_PROTOCOL=SSL')
  const opened = SERVICES.filter((s) => holds(role, `${upper(s)}_DATABASE_URL`))
  const own = opened.map((s) => v[`${upper(s)}_DATABASE_URL`])
  if (!v.DATABASE_URL && own.some(Boolean) && !own.every(Boolean))
    wrong.push(
      opened.length === SERVICES.length
        ? 'DATABASE_URL: must be set unless all of the five <SERVICE>_DATABASE_URL are'
        : `DATABASE_URL: must be set unless ${opened.map((s) => `${upper(s)}_DATABASE_URL`).join(' and ')} are`,
    )
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'))
  const databases = v.DATABASE_URL || own.every(Boolean) ? databaseUrls(v, opened) : null
  // Where the key is another process's, it is known all the same that there is one.
  const hasKey = Boolean(v.OPENAI_API_KEY) || isGiven(env, 'OPENAI_API_KEY')
  const publicUrl = (v.PUBLIC_URL ?? `http://localhost:${v.PORT}`).replace(/\/$/, '')
  return Object.freeze({
    ...v,
    databases,
    role,
    listenUrls: databases && listenUrls(v, databases),
    publicUrl,
    appUrl: (v.APP_URL ?? publicUrl).replace(/\/$/, ''),
    internalUrl: (v.INTERNAL_URL ?? `${v.SERVICE_TLS_CA ? 'https' : 'http'}://127.0.0.1:${v.INTERNAL_PORT}`).replace(
      /\/$/,
      '',
    ),
    temporalTokenFile: env['TEMPORAL_API_KEY_FILE'] || undefined,
    workersDrainMs: v.WORKERS_DRAIN_S === undefined ? v.AI_TIMEOUT_MS : v.WORKERS_DRAIN_S * 1000,
    demo: !v.AI_PROVIDERS && !hasKey && !v.OPENAI_BASE_URL,
    providers:
      (v.AI_PROVIDERS &&
        withKeys(v.AI_PROVIDERS, holds(role, 'AI_PROVIDER_KEYS') ? (v.AI_PROVIDER_KEYS ?? {}) : null)) ??
      (hasKey || v.OPENAI_BASE_URL ? [openAiSettings(v.OPENAI_API_KEY, v.OPENAI_BASE_URL, v.OPENAI_MODEL)] : []),
  })
}

function databaseUrls(v: Values, opened: readonly Service[]): ServiceUrls {
  return Object.fromEntries(
    opened.map((s) => {
      const own = v[`${upper(s)}_DATABASE_URL`]
      return [s, own ?? databaseOn(v.DATABASE_URL as string, s)]
    }),
  )
}

/** The database of that name on a server. */
export const databaseOn = (server: string, name: string): string => {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** A session of its own is what a pooler in transaction mode does not give. */
const listenUrls = (v: Values, databases: ServiceUrls): ServiceUrls =>
  Object.fromEntries(Object.entries(databases).map(([s, url]) => [s, v[`${upper(s as Service)}_DIRECT_URL`] ?? url]))

/** A person's budget for a month, millionths. */
export const budgetOf = ({ AI_BUDGET_MICROS, RATE_LIMIT_SCALE }: Config): number =>
  Math.min(Math.floor(AI_BUDGET_MICROS * RATE_LIMIT_SCALE), Number.MAX_SAFE_INTEGER)
