/** Brings one notification to its person on the channels that lead outside. */
export const NOTIFICATION = 'notification'

export const notificationId = (id: string): string => `notification-${id}`

/** Neither address nor text: the activities read both by id when they send. */
export interface NotificationInput {
  readonly notification_id: string
  /** How long a provider that is away is tried, seconds. */
  readonly give_up_s: number
}

export interface DeliveryStep {
  readonly channel: 'email' | 'sms' | 'web_push'
  /** Milliseconds until it may go out: quiet hours, or the time of the daily digest. */
  readonly wait_ms: number
  /** Goes out in one mail with others. */
  readonly digest: boolean
}
