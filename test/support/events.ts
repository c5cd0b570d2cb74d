import { randomUUID } from 'node:crypto'
import { v7 as uuidv7 } from 'uuid'
import type { DeadLetter } from '../../events/bus/bus.ts'
import { dataSchema, type Envelope } from '../../events/envelope.ts'

/** An event as the relay publishes it. `n` counts within its key, for tests of order. */
export function userEvent(userId: string = randomUUID(), n = 0): Envelope {
  return {
    specversion: '1.0',
    id: uuidv7(),
    source: '/services/auth',
    type: 'user_registered',
    subject: userId,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchema('user_registered', 1),
    partitionkey: userId,
    correlationid: `request-${n}`,
    data: { user_id: userId },
  }
}

/** For a relay whose service sends all of its events itself. */
export const HANDS_NOTHING_OVER = {
  handOver: () => Promise.reject(new Error('this service hands nothing over')),
}

/** Notes what arrives and what is set aside, and lets a test wait for a number of them. */
export function createRecorder() {
  const events: Envelope[] = []
  const letters: DeadLetter[] = []
  const waiting: { ready: () => boolean; resolve: () => void }[] = []
  const check = () => {
    for (const w of waiting.filter((x) => x.ready())) {
      waiting.splice(waiting.indexOf(w), 1)
      w.resolve()
    }
  }
  const until = (ready: () => boolean) =>
    ready() ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ ready, resolve }))
  return {
    events,
    letters,
    handle: async (event: Envelope) => {
      events.push(event)
      check()
    },
    deadLetter: async (letter: DeadLetter) => {
      letters.push(letter)
      check()
    },
    received: (n: number) => until(() => events.length >= n),
    deadLettered: (n: number) => until(() => letters.length >= n),
    until,
    check,
  }
}
