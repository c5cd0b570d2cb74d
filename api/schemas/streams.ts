import { z } from 'zod'

const MAX_WAIT_S = 30

/** What every stream takes beside its header `Last-Event-ID`. */
const StreamQuery = z.object({
  wait: z
    .string()
    .refine((text) => /^\d{1,2}$/.test(text) && Number(text) <= MAX_WAIT_S, `whole_number_to ${MAX_WAIT_S}`)
    .transform((text) => Number(text) * 1000)
    .optional()
    .meta({
      description: 'Instead of a stream: one answer as soon as there are events, after so many seconds at most',
    }),
  last_event_id: z.string().optional().meta({ description: 'As the header Last-Event-ID, which goes before it' }),
  ticket: z.string().optional().meta({ description: 'Instead of a token: from POST /streams/ticket' }),
})

/** The first events there are; `last_id` is what to ask on with, `closed` says that nothing will follow. */
const EventPage = z
  .object({
    events: z.array(z.object({ id: z.string(), event: z.string(), data: z.record(z.string(), z.unknown()) })),
    last_id: z.string(),
    closed: z.boolean(),
  })
  .meta({ id: 'EventPage' })

/** What a route is that answers with events as they come. */
export const STREAM = {
  stream: true,
  query: StreamQuery,
  files: { 'text/event-stream': z.string(), 'application/json': EventPage },
} as const

const STREAMS = /^(?:\/api\/v1)?(\/operations\/[\w-]{1,100}\/events|\/notifications\/stream)$/

export const NewTicket = z.strictObject({
  /** With the prefix of the API or without it. */
  path: z
    .string()
    .regex(STREAMS, 'stream_path')
    .overwrite((path) => path.replace(STREAMS, '/api/v1$1'))
    .optional(),
})
export const Ticket = z.object({ ticket: z.string(), expires_at: z.iso.datetime() }).meta({ id: 'StreamTicket' })
