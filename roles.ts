import { SERVICES, type Service } from './services.ts'

/** What runs: an API process, one with the workers of some services, jobs before both, the gateway. */
export type Program = 'api' | 'workers' | 'migrate' | 'temporal-setup' | 'gateway'

/**
 * A program, the workers of a service, and whoever writes events where Postgres is the bus: its log is in the database of `notifications`.
 */
export type Holder = Exclude<Program, 'workers'> | Service | 'postgres-bus'

const own = <const Suffix extends string>(suffix: Suffix) =>
  Object.fromEntries(
    SERVICES.map((service): [string, readonly Holder[]] => [
      `${service.toUpperCase()}_${suffix}`,
      ['api', 'migrate', service, ...(service === 'notifications' ? (['postgres-bus'] as const) : [])],
    ]),
  ) as Record<`${Uppercase<Service>}_${Suffix}`, readonly Holder[]>
const ALL: readonly Holder[] = ['api', ...SERVICES]

/**
 * Every secret, and who opens it: configuration, containers and chart are made or held to this. Whoever is not named neither reads its
 * file nor keeps its value, so that what is stolen from one process is of that process.
 */
export const HOLDERS = {
  // Where services have no address of their own everybody has that of all.
  DATABASE_URL: [...ALL, 'migrate'],
  ...own('DATABASE_URL'),
  ...own('DIRECT_URL'),
  MIGRATE_DATABASE_URL: ['migrate'],
  REDIS_URL: ['api'],
  TEMPORAL_API_KEY: [...ALL, 'temporal-setup'],
  CONSUL_HTTP_TOKEN: [...ALL, 'gateway'],
  // Of these the API only looks whether there is one: it names providers, and asks none.
  OPENAI_API_KEY: ['ai'],
  AI_PROVIDER_KEYS: ['ai'],
  // Names and prices.
  AI_PROVIDERS: ['api', 'ai'],
  SMTP_URL: ['notifications'],
  SMS_KEY: ['notifications'],
  RABBITMQ_URL: SERVICES,
  JWT_PRIVATE_KEY: ['api'],
  SERVICE_PRIVATE_KEY: ALL,
  PAYLOAD_KEYS: ALL,
  PASSWORD_PEPPER: ['api'],
  UNSUBSCRIBE_KEYS: ['api', 'notifications'],
  IDEMPOTENCY_KEYS: ['api'],
  PHONE_CODE_KEYS: ['api'],
  LIMIT_KEYS: ['api', 'notifications'],
  LINK_KEYS: ['api'],
  VAPID_KEYS: ['api', 'notifications'],
} as const satisfies Record<string, readonly Holder[]>

export type Secret = keyof typeof HOLDERS

export const SECRETS = Object.keys(HOLDERS) as readonly Secret[]

/** What a process is to the table above. @param bus EVENT_BUS */
export const holdersOf = (program: Program, workers: readonly Service[], bus: string): readonly Holder[] =>
  program === 'workers' ? [...workers, ...(bus === 'postgres' ? (['postgres-bus'] as const) : [])] : [program]

/** @param role null: a command of an operator, which may need any */
export const holds = (role: readonly Holder[] | null, secret: Secret): boolean =>
  role === null || role.some((holder) => (HOLDERS[secret] as readonly Holder[]).includes(holder))
