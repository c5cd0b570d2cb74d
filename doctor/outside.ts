import { openBus } from '../events/bus/open-bus.ts'
import { TOPICS } from '../events/catalogue.ts'
import type { ProviderSettings } from '../llm/settings.ts'
import { transportOf } from '../network/tls-transport.ts'
import { said } from './databases.ts'
import { fault, ok, warning, within, type Check, type Finding } from './finding.ts'

const LIMIT_MS = 8_000

// Clients of what an installation may lack are loaded where they are used: every process examines itself at its start.

/** Each model provider: reachable, lets us in, has the model, has a price. */
export const checkProviders: Check = async ({ config }) =>
  config.demo ? [warning('provider', 'provider.demo')] : (await Promise.all(config.providers.map(checkProvider))).flat()

async function checkProvider(settings: ProviderSettings): Promise<Finding[]> {
  const { name, base_url, api_key, headers, oauth, model, price } = settings
  const check = `provider_${name}`
  const priced = price ? [] : [warning(check, 'provider.priceless', { model })]
  try {
    const response = await fetch(`${base_url}/models`, {
      // A key that buys tokens is no bearer: whether somebody answers is all that is asked then.
      headers: { ...(api_key !== undefined && !oauth && { authorization: `Bearer ${api_key}` }), ...headers },
      signal: AbortSignal.timeout(LIMIT_MS),
      redirect: 'error',
    })
    const { status } = response
    if ((status === 401 || status === 403) && !oauth) return [fault(check, 'provider.rejected', { status }), ...priced]
    const models = response.ok ? namesIn(await response.json().catch(() => null)) : []
    if (models.length === 0) return [ok(check, 'provider.unlisted', { status, model }), ...priced]
    // Some list «models/gemini…» or «vendor/model» for what is asked for by its last word.
    if (!models.some((known) => known === model || known.endsWith(`/${model}`)))
      return [fault(check, 'provider.model_unknown', { model, models: models.slice(0, 5).join(', ') }), ...priced]
    return priced.length > 0 ? priced : [ok(check, 'provider.ok', { model })]
  } catch (error) {
    return [fault(check, 'provider.unreachable', { error: causeOf(error) }), ...priced]
  }
}

const causeOf = (error: unknown): string =>
  error instanceof Error && error.cause instanceof Error
    ? ((error.cause as NodeJS.ErrnoException).code ?? error.cause.message)
    : said(error)

const namesIn = (body: unknown): string[] => {
  const list = (body as { data?: unknown } | null)?.data
  return Array.isArray(list)
    ? list.flatMap((one: { id?: unknown }) => (typeof one?.id === 'string' ? [one.id] : []))
    : []
}

export const checkMail: Check = async ({ config }) => {
  if (!config.SMTP_URL) return [warning('mail', 'mail.none')]
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({ url: config.SMTP_URL, connectionTimeout: LIMIT_MS })
  try {
    await within(LIMIT_MS, transport.verify())
    return [ok('mail', 'mail.ok')]
  } catch (error) {
    // Its own words may quote the user.
    return [fault('mail', 'mail.unreachable', { error: (error as { code?: string }).code ?? 'refused' })]
  } finally {
    transport.close()
  }
}

export const checkRedis: Check = async ({ config }) => {
  if (!config.REDIS_URL) return [ok('redis', 'redis.none')]
  const { Redis } = await import('ioredis')
  const redis = new Redis(config.REDIS_URL, { lazyConnect: true, connectTimeout: 3_000, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await within(
      LIMIT_MS,
      redis.connect().then(() => redis.ping()),
    )
    return [ok('redis', 'redis.ok')]
  } catch (error) {
    return [warning('redis', 'redis.unreachable', { error: said(error) })]
  } finally {
    redis.disconnect()
  }
}

export const checkBus: Check = async ({ config, databases }) => {
  const bus = config.EVENT_BUS
  const opened = await openBus(config, databases)
  try {
    await within(LIMIT_MS, opened.lag(TOPICS[0]!, 'notifications'))
    return [ok('bus', 'bus.ok', { bus })]
  } catch (error) {
    return [fault('bus', 'bus.unreachable', { bus, error: said(error) })]
  } finally {
    await within(LIMIT_MS, opened.close()).catch(() => {})
  }
}

/** Any answer will do: the question has no token. */
export const checkInternal: Check = async ({ config }) => {
  try {
    const signal = AbortSignal.timeout(LIMIT_MS)
    await transportOf(config)(`${config.internalUrl}/internal`, { method: 'GET', headers: {}, signal })
    return [ok('internal', 'internal.ok')]
  } catch {
    return [warning('internal', 'internal.unreachable', { at: config.internalUrl })]
  }
}
