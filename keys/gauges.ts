import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { holds, type Secret } from '../roles.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { certificatesOf, type Certificate } from './certificates.ts'
import { SERVICE_TOKEN_FILE, type Keys } from './keys.ts'
import { madeAt, RINGS, type Ring } from './rings.ts'

const daysSince = (at: Date) => (Date.now() - at.getTime()) / 86_400_000
/** The gateway is not shaken hands with at each look of Prometheus. */
const PUBLIC_FOR_MS = 3_600_000

const inFile = ({ DATA_DIR }: Pick<Config, 'DATA_DIR'>, name: string): Promise<Date | undefined> =>
  stat(join(DATA_DIR, 'keys', name)).then(
    ({ mtime }) => mtime,
    () => undefined,
  )

/** When the key of each purpose that makes now came into use, where anything tells: a key of a variable has its date in its id alone. */
async function keyDates(config: Config, keys: Keys): Promise<Record<string, Date | undefined>> {
  const held = async (secret: Secret, at: () => Promise<Date | undefined>) =>
    holds(config.role, secret) ? at() : undefined
  const ofRing = (secret: Secret, ring: () => Ring) => held(secret, async () => madeAt(ring()[0]))
  return {
    access_token: await held('JWT_PRIVATE_KEY', async () => {
      await keys.signing.refresh()
      const signs = keys.signing.list().find(({ state }) => state === 'active')
      return config.JWT_PRIVATE_KEY === undefined ? signs?.since : undefined
    }),
    service_token: config.SERVICE_PRIVATE_KEY === undefined ? await inFile(config, SERVICE_TOKEN_FILE) : undefined,
    payload: madeAt(keys.payload[0]),
    pepper: await ofRing('PASSWORD_PEPPER', () => keys.peppers),
    unsubscribe: await ofRing('UNSUBSCRIBE_KEYS', () => keys.unsubscribe),
    idempotency: await ofRing('IDEMPOTENCY_KEYS', () => keys.idempotency),
    phone_code: await ofRing('PHONE_CODE_KEYS', () => keys.phoneCodes),
    limit: await ofRing('LIMIT_KEYS', () => keys.limits),
    link: await ofRing('LINK_KEYS', () => keys.links),
    vapid: await held('VAPID_KEYS', async () =>
      config.VAPID_KEYS === undefined ? inFile(config, RINGS.vapid.file) : undefined,
    ),
  }
}

/** What runs out or grows old by itself. */
export function registerKeyGauges(metrics: Metrics, config: Config, keys: Keys): void {
  let seen: { readonly at: number; readonly days: number } | undefined
  const days = async ({ name, daysLeft }: Certificate): Promise<number | undefined> => {
    if (name !== 'public') return daysLeft()
    if (!seen || performance.now() - seen.at > PUBLIC_FOR_MS)
      seen = await daysLeft().then(
        (left) => ({ at: performance.now(), days: left }),
        // Not every process reaches the gateway by its public name.
        () => undefined,
      )
    return seen?.days
  }
  metrics.gauge('scenor_certificate_days_left', async () => {
    const read = await Promise.all(certificatesOf(config).map(async (one) => [one.name, await days(one)] as const))
    return read.flatMap(([certificate, left]) => (left === undefined ? [] : [[{ certificate }, left] as const]))
  })
  metrics.gauge('scenor_key_age_days', async () =>
    Object.entries(await keyDates(config, keys)).flatMap(([key, at]) =>
      at === undefined ? [] : [[{ key }, daysSince(at)] as const],
    ),
  )
}
