import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { signServiceToken, type ServiceScope } from '../service-token.ts'
import type { Service } from '../services.ts'

const TIME_LIMIT_MS = 5_000
const Contacts = z.object({ email: z.string(), phone_number: z.string().nullable() })

export type InternalClient = ReturnType<typeof createInternalClient>

/**
 * Asks other services over their internal endpoints for what may not stand in a history or an event.
 * Errors are plain: Temporal retries the activity that asked.
 */
export function createInternalClient({ baseUrl, key, self }: { baseUrl: string; key: KeyObject; self: Service }) {
  const ask = async <T>(to: Service, scope: ServiceScope, path: string, answer: z.ZodType<T>): Promise<T> => {
    const token = await signServiceToken(key, self, to, scope)
    const response = await fetch(`${baseUrl}/internal/${to}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(TIME_LIMIT_MS),
    })
    if (!response.ok) throw new Error(`${to} answered ${response.status}`)
    return answer.parse(await response.json())
  }
  return {
    /** Where a person can be reached, by account id. */
    contacts: (accountId: string) => ask('auth', 'contacts:read', `/accounts/${accountId}/contacts`, Contacts),
  }
}
