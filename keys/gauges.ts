import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Config } from '../config.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import type { Keys } from './keys.ts'

const DAY_MS = 86_400_000
const days = (ms: number) => ms / DAY_MS

/** What runs out or grows old by itself. The certificates are read anew each time: others renew them under a running process. */
export function registerKeyGauges(
  metrics: Metrics,
  config: Pick<Config, 'TEMPORAL_TLS_CERT' | 'TEMPORAL_TLS_CA'>,
  keys: Pick<Keys, 'signing'>,
): void {
  const certificates = { temporal_client: config.TEMPORAL_TLS_CERT, temporal_authority: config.TEMPORAL_TLS_CA }
  metrics.gauge('scenor_certificate_days_left', () =>
    Promise.all(
      Object.entries(certificates).flatMap(([certificate, path]) =>
        path === undefined
          ? []
          : [
              readFile(path).then((pem) => {
                const { validToDate } = new X509Certificate(pem)
                return [{ certificate }, days(validToDate.getTime() - Date.now())] as const
              }),
            ],
      ),
    ),
  )
  metrics.gauge('scenor_key_age_days', async () =>
    keys.signing
      .list()
      .filter(({ state }) => state === 'active')
      .map(({ since }) => [{ key: 'access_token' }, days(Date.now() - since.getTime())] as const),
  )
}
