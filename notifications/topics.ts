/** How a notification can reach its person. */
export const CHANNEL_NAMES = ['in_app', 'email', 'sms', 'web_push'] as const
export type Channel = (typeof CHANNEL_NAMES)[number]
/** Those that lead outside: what goes there has a proven recipient and a budget (`message-budgets.ts`). */
export type OutsideChannel = Exclude<Channel, 'in_app'>

interface Topic {
  /** Reaches the person on every channel, at any hour, in no digest: nobody can switch it off. */
  readonly mandatory: boolean
  /** The channels that it takes until the person chooses. SMS cost money and wake people. */
  readonly usual: readonly Channel[]
  /** Comes in numbers: its mails wait a little and become one. */
  readonly gathered?: true
}

const ALL: readonly Channel[] = CHANNEL_NAMES
const FREE: readonly Channel[] = ['in_app', 'email', 'web_push']

/** What people are told about, and can choose. Only ever added to, at the end: links in old mails name topics by their place. */
const NOTIFICATION_TOPICS = {
  welcome: { mandatory: false, usual: FREE },
  security: { mandatory: true, usual: ALL },
  account: { mandatory: true, usual: ALL },
  // A mail for each script that took seconds, in front of the one who waited for it, is noise.
  generation_finished: { mandatory: false, usual: ['in_app', 'web_push'] },
  generation_failed: { mandatory: false, usual: FREE },
  share: { mandatory: false, usual: FREE },
  comment: { mandatory: false, usual: FREE, gathered: true },
  budget: { mandatory: false, usual: FREE },
  custom: { mandatory: false, usual: FREE },
} as const satisfies Record<string, Topic>

export type NotificationTopic = keyof typeof NOTIFICATION_TOPICS
export const TOPIC_NAMES = Object.keys(NOTIFICATION_TOPICS) as [NotificationTopic, ...NotificationTopic[]]

const topicOf = (topic: NotificationTopic): Topic => NOTIFICATION_TOPICS[topic]

export const isMandatory = (topic: NotificationTopic): boolean => topicOf(topic).mandatory

export const isGathered = (topic: NotificationTopic): boolean => topicOf(topic).gathered === true

/** What a person chose; the rest is as usual. */
export type TopicChoices = {
  readonly [T in NotificationTopic]?: { readonly [C in Channel]?: boolean | undefined } | undefined
}
interface Chosen {
  readonly chosen: TopicChoices
}

/** What the person chose, else what is usual. */
export const isOn = ({ chosen }: Chosen, topic: NotificationTopic, channel: Channel): boolean =>
  isMandatory(topic) || (chosen[topic]?.[channel] ?? topicOf(topic).usual.includes(channel))

/** Whether the person said no, in words: then nobody else's wish counts. */
export const isRefused = ({ chosen }: Chosen, topic: NotificationTopic, channel: Channel): boolean =>
  !isMandatory(topic) && chosen[topic]?.[channel] === false

/** Every topic and channel. */
export function wholeTable(chosen: Chosen): Record<NotificationTopic, Record<Channel, boolean>> {
  return Object.fromEntries(
    TOPIC_NAMES.map((topic) => [
      topic,
      Object.fromEntries(CHANNEL_NAMES.map((channel) => [channel, isOn(chosen, topic, channel)])),
    ]),
  ) as Record<NotificationTopic, Record<Channel, boolean>>
}
