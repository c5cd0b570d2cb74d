import type { Event } from '../events/envelope.ts'
import type { SignIn } from '../internal/client.ts'
import { programMark, programOf } from '../network/user-agent.ts'
import { topicOfKind, type Kind, type Params } from './texts/wording.ts'
import type { NotificationTopic } from './topics.ts'

/** What the event is to tell a person. */
interface Telling {
  readonly user_id: string
  readonly kind: Kind
  readonly params?: Params
  /** Other events that say the same are not told again. */
  readonly dedupe_key?: string
  /** Because of whose act, where that is somebody else's: it counts to their budgets, and waits until they have proven their address. */
  readonly sender_id?: string
}

/** Somebody is to be told something. */
export interface Planned extends Telling {
  readonly topic: NotificationTopic
}

/** What only the person can put right. */
const NEEDS_A_PERSON = ['ai.refused', 'ai.base_version_changed', 'ai.provider_rejected', 'ai.quota']
/** Two sign-ins at once from one unknown device are told once. */
const SIGN_IN_WINDOW_MS = 3_600_000
/** One that comes and goes is told of once in this time. */
const PROVIDER_WINDOW_MS = 3_600_000

/** Somebody signed in on a device that is not known to be the person's. */
function newSignIn(user_id: string, { created_at, ip, user_agent }: SignIn): Telling {
  const { browser = '', device = '' } = programOf(user_agent)
  const where = { address: ip ?? '', browser, device }
  const window = Math.floor(Date.parse(created_at) / SIGN_IN_WINDOW_MS)
  const dedupe_key = ['sign_in', window, ...Object.values(where), programMark(user_agent)].join(' ').slice(0, 200)
  return { user_id, kind: 'new_sign_in', params: { at: created_at, ...where }, dedupe_key }
}

/** Event → who is told what. Nobody is told of their own acts. @param signIn that the event tells of, if it does */
export const planNotifications = (event: Event, signIn: SignIn | undefined): readonly Planned[] =>
  tellingsOf(event, signIn).map((telling) => ({ ...telling, topic: topicOfKind(telling.kind) }))

function tellingsOf(event: Event, signIn: SignIn | undefined): readonly Telling[] {
  switch (event.type) {
    case 'user_registered':
      return [{ user_id: event.data.user_id, kind: 'welcome' }]
    case 'user_password_changed':
      return [{ user_id: event.data.user_id, kind: 'password_changed' }]
    case 'user_logged_in_anew':
      return signIn ? [newSignIn(event.data.user_id, signIn)] : []
    case 'user_erasure_scheduled': {
      const { user_id, operation_id, erased_at } = event.data
      return [{ user_id, kind: 'erasure_scheduled', params: { operation_id, at: erased_at } }]
    }
    case 'budget_spent': {
      const { owner_id, percent } = event.data
      return [{ user_id: owner_id, kind: 'budget', params: { percent } }]
    }
    case 'provider_failed': {
      const { user_id, provider, reason } = event.data
      const dedupe_key = `provider ${provider} ${Math.floor(event.time.getTime() / PROVIDER_WINDOW_MS)}`
      return [{ user_id, kind: 'provider_failed', params: { provider, reason }, dedupe_key }]
    }
    case 'generation_succeeded': {
      const { owner_id, operation_id, scenario_id, proposal } = event.data
      // Whoever asked for one looks at it while it is written.
      if (proposal) return []
      return [
        {
          user_id: owner_id,

          kind: 'generation_succeeded',
          params: { operation_id, scenario_id },
        },
      ]
    }
    case 'generation_failed': {
      const { owner_id, operation_id, code } = event.data
      const kind = NEEDS_A_PERSON.includes(code) ? 'generation_attention' : 'generation_failed'
      return [{ user_id: owner_id, kind, params: { operation_id, code } }]
    }
    case 'scenario_shared': {
      const { grantee_id, owner_id: sender_id, scenario_id, role } = event.data
      return grantee_id ? [{ user_id: grantee_id, sender_id, kind: 'shared', params: { scenario_id, role } }] : []
    }
    case 'comment_added': {
      const { owner_id, author_id, thread_author_id, scenario_id, comment_id } = event.data
      const said = { sender_id: author_id, params: { scenario_id, comment_id } }
      const told: Telling[] = []
      if (thread_author_id && thread_author_id !== author_id)
        told.push({ user_id: thread_author_id, kind: 'reply', ...said })
      // Who began the thread and owns the script hears of a reply once.
      if (owner_id !== author_id && owner_id !== thread_author_id)
        told.push({ user_id: owner_id, kind: 'comment', ...said })
      return told
    }
    default:
      return []
  }
}
