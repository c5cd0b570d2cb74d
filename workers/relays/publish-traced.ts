import type { EventBus } from '../../events/bus/bus.ts'
import type { Topic } from '../../events/catalogue.ts'
import type { Envelope } from '../../events/envelope.ts'
import { KIND, now, recording, recordSpan } from '../../telemetry/spans.ts'
import { childSpan } from '../../telemetry/trace.ts'

/** Gives events to the bus. Each that is recorded is a step of what it tells of, and its consumers are steps of that. */
export async function publishTraced(bus: EventBus, topic: Topic, events: readonly Envelope[]): Promise<void> {
  if (!recording()) return bus.publish(topic, events)
  const start = now()
  const sent = events.map((event) =>
    event.traceparent === undefined ? event : { ...event, traceparent: childSpan(event.traceparent) },
  )
  // One that fails is sent again, by half of its batch: the time that went through is told.
  await bus.publish(topic, sent)
  for (const [i, { traceparent, id, type }] of sent.entries())
    if (traceparent !== undefined)
      recordSpan(
        traceparent,
        events[i]?.traceparent ?? null,
        {
          name: `send ${topic}`,
          kind: KIND.producer,
          attributes: () => ({
            'messaging.operation.type': 'send',
            'messaging.destination.name': topic,
            'messaging.message.id': id,
            'messaging.batch.message_count': sent.length,
            'scenor.event.type': type,
          }),
        },
        { start },
      )
}
