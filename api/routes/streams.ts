import type { ApiDeps } from '../context.ts'
import { route, type Route } from '../http/route.ts'
import { NewTicket, Ticket } from '../schemas/streams.ts'

export const streamRoutes = ({ streamTickets, throttle }: Pick<ApiDeps, 'streamTickets' | 'throttle'>): Route[] => [
  route({
    method: 'post',
    path: '/streams/ticket',
    summary: 'A ticket that opens one stream in place of a token, within 30 s (for EventSource)',
    auth: 'user',
    body: NewTicket,
    responses: { 201: Ticket },
    errors: ['rate.limited'],
    handle: async ({ user, body }) => {
      const { headers } = await throttle.need('stream_tickets', user.id)
      const { ticket, expires_at } = await streamTickets.issue(user, body.path ?? null)
      return { status: 201, body: { ticket, expires_at: expires_at.toISOString() }, headers }
    },
  }),
]
