/** Brings one notification to its person on the channels that lead outside. */
export const NOTIFICATION = 'notification'

export const notificationId = (id: string): string => `notification-${id}`

/** How long what is held waits before it looks again by itself, milliseconds, and how long at most. */
export const HELD_MS = 3_600_000
export const HELD_AT_MOST_MS = 7 * 24 * 3_600_000

/** Neither address nor text: the activities read both by id when they send. */
export interface NotificationInput {
  readonly notification_id: string
  /** How long a provider that is away is tried, seconds. */
  readonly give_up_s: number
}

/** Signal: whoever caused it has proven an address, so that what was held may go out. */
export const PROVEN = 'proven'

export interface DeliveryStep {
  readonly channel: 'email' | 'sms' | 'web_push'
  /** Milliseconds until it may go out: quiet hours, or the time of the daily digest. */
  readonly wait_ms: number
  /** Goes out in one mail with others. */
  readonly digest: boolean
  /** Waits for its sender to prove an address. */
  readonly held?: boolean
}
