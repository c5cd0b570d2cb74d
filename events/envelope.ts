import { z } from 'zod'
import type { Service } from '../services.ts'
import { EVENTS, versionOf, type EventData, type EventType } from './catalogue.ts'

/** A CloudEvents 1.0 envelope in its JSON format. `partitionkey`, `correlationid` and `traceparent` are extensions. */
const EnvelopeSchema = z.looseObject({
  specversion: z.literal('1.0'),
  id: z.uuid(),
  source: z.string().min(1),
  type: z.string().min(1),
  subject: z.string().min(1),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  /** Names the version of the data: `urn:scenor:event:<type>:<version>`. */
  dataschema: z.string().min(1),
  /** The aggregate whose order is kept. */
  partitionkey: z.string().min(1),
  /** The request that caused it. */
  correlationid: z.string().optional(),
  traceparent: z.string().optional(),
  data: z.unknown(),
})

export type Envelope = Readonly<z.infer<typeof EnvelopeSchema>>

/** A checked event: its type says what its data is. */
export type Event = {
  [T in EventType]: {
    readonly id: string
    readonly type: T
    readonly time: Date
    readonly request_id: string | null
    readonly data: EventData<T>
  }
}[EventType]

/** A message that will never be readable: trying again is of no use. The message of the error holds no value of the event. */
export class PoisonMessage extends Error {
  override readonly name = 'PoisonMessage'
}

/** A message of a type or version that this process does not know: a newer one will. */
export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent'
}

export const dataSchema = (type: string, version: number): string => `urn:scenor:event:${type}:${version}`

/** What an outbox row says, as it leaves for the bus. */
export interface Outgoing {
  readonly id: string
  readonly type: string
  /** Of the data, as it was written: the process that sends it may know another. */
  readonly version: number
  /** The service that it is of; null: the one that sends it. */
  readonly source: Service | null
  readonly key: string
  readonly data: unknown
  readonly request_id: string | null
  readonly traceparent: string | null
  readonly created_at: Date
}

export function envelopeOf(sender: Service, row: Outgoing): Envelope {
  return {
    specversion: '1.0',
    id: row.id,
    source: `/services/${row.source ?? sender}`,
    type: row.type,
    subject: row.key,
    time: row.created_at.toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchema(row.type, row.version),
    partitionkey: row.key,
    ...(row.request_id !== null && { correlationid: row.request_id }),
    ...(row.traceparent !== null && { traceparent: row.traceparent }),
    data: row.data,
  }
}

const isEventType = (type: string): type is EventType => Object.hasOwn(EVENTS, type)

/** What this process can read, as events name it. */
export const KNOWN_SCHEMAS: readonly string[] = Object.keys(EVENTS).map((type) =>
  dataSchema(type, versionOf(type as EventType)),
)

/** @throws PoisonMessage when it is no CloudEvent */
export function decodeEnvelope(body: string): Envelope {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    throw new PoisonMessage('is no JSON')
  }
  const parsed = EnvelopeSchema.safeParse(value)
  if (!parsed.success) throw new PoisonMessage(`is no CloudEvent: ${faults(parsed.error)}`)
  return parsed.data
}

/**
 * The event of the catalogue that this envelope carries.
 * @throws UnknownEvent for a type or version that this process does not know
 * @throws PoisonMessage for data that is not of its schema
 */
export function readEvent(envelope: Envelope): Event {
  const { type } = envelope
  if (!isEventType(type)) throw new UnknownEvent('has a type that is not in the catalogue')
  if (envelope.dataschema !== dataSchema(type, versionOf(type)))
    throw new UnknownEvent('has a version that is not known here')
  const data = EVENTS[type].data.safeParse(envelope.data)
  if (!data.success) throw new PoisonMessage(`has data that is not of its schema: ${faults(data.error)}`)
  return {
    id: envelope.id,
    type,
    time: new Date(envelope.time),
    request_id: envelope.correlationid ?? null,
    data: data.data,
  } as Event
}

/** Paths and kinds of fault, no values. */
const faults = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.map(String).join('.') || 'the whole'} (${issue.code})`)
    .join(', ')
