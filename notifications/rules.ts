import type { NotificationTopic } from '../db/notifications/schema.ts'
import type { Event } from '../events/envelope.ts'
import type { Kind, Params } from './wording.ts'

/** Somebody is to be told something. */
export interface Planned {
  readonly user_id: string
  readonly topic: NotificationTopic
  readonly kind: Kind
  readonly params?: Params
  /** Other events that say the same are not told again. */
  readonly dedupe_key?: string
}

/** What only the person can put right. */
const NEEDS_A_PERSON = ['ai.refused', 'ai.base_version_changed', 'ai.provider_rejected', 'ai.quota']
/** Several sign-ins within this time are told once: scripts sign in often, and a flood hides the one that matters. */
const SIGN_IN_WINDOW_MS = 3_600_000
/** One that comes and goes is told of once in this time. */
const PROVIDER_WINDOW_MS = 3_600_000

/** Event → who is told what. Nobody is told of what he did himself. */
export function planNotifications(event: Event): readonly Planned[] {
  switch (event.type) {
    case 'user_registered':
      return [{ user_id: event.data.user_id, topic: 'welcome', kind: 'welcome' }]
    case 'user_password_changed':
      return [{ user_id: event.data.user_id, topic: 'security', kind: 'password_changed' }]
    case 'user_logged_in': {
      const { user_id } = event.data
      const dedupe_key = `sign_in ${Math.floor(event.time.getTime() / SIGN_IN_WINDOW_MS)}`
      return [{ user_id, topic: 'security', kind: 'new_sign_in', params: { at: event.time.toISOString() }, dedupe_key }]
    }
    case 'user_erasure_scheduled': {
      const { user_id, operation_id, erased_at } = event.data
      return [{ user_id, topic: 'account', kind: 'erasure_scheduled', params: { operation_id, at: erased_at } }]
    }
    case 'budget_spent': {
      const { owner_id, percent } = event.data
      return [{ user_id: owner_id, topic: 'budget', kind: 'budget', params: { percent } }]
    }
    case 'provider_failed': {
      const { user_id, provider, reason } = event.data
      const dedupe_key = `provider ${provider} ${Math.floor(event.time.getTime() / PROVIDER_WINDOW_MS)}`
      return [{ user_id, topic: 'account', kind: 'provider_failed', params: { provider, reason }, dedupe_key }]
    }
    case 'generation_succeeded': {
      const { owner_id, operation_id, scenario_id } = event.data
      return [
        {
          user_id: owner_id,
          topic: 'generation_finished',
          kind: 'generation_succeeded',
          params: { operation_id, scenario_id },
        },
      ]
    }
    case 'generation_failed': {
      const { owner_id, operation_id, code } = event.data
      const kind = NEEDS_A_PERSON.includes(code) ? 'generation_attention' : 'generation_failed'
      return [{ user_id: owner_id, topic: 'generation_failed', kind, params: { operation_id, code } }]
    }
    case 'scenario_shared': {
      const { grantee_id, scenario_id, role } = event.data
      return grantee_id ? [{ user_id: grantee_id, topic: 'share', kind: 'shared', params: { scenario_id, role } }] : []
    }
    case 'comment_added': {
      const { owner_id, author_id, thread_author_id, scenario_id, comment_id } = event.data
      const params = { scenario_id, comment_id }
      const told: Planned[] = []
      if (thread_author_id && thread_author_id !== author_id)
        told.push({ user_id: thread_author_id, topic: 'comment', kind: 'reply', params })
      // Who began the thread and owns the script hears of a reply once.
      if (owner_id !== author_id && owner_id !== thread_author_id)
        told.push({ user_id: owner_id, topic: 'comment', kind: 'comment', params })
      return told
    }
    default:
      return []
  }
}
