import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import type { BusSubscription, Consumer, EventBus } from '../../events/bus/bus.ts'
import { PoisonMessage, type Envelope } from '../../events/envelope.ts'
import { createRecorder, userEvent } from '../support/events.ts'
import { until } from '../support/until.ts'

/** A real bus of its own for the suite: no other test sees its topics. */
export interface BusUnderTest {
  /** What a process would open. */
  open(): EventBus
  /** Puts bytes on `user_events` that no publisher of ours would. */
  publishRaw(key: string, body: string): Promise<void>
  close(): Promise<void>
}

/** What every adapter must do, whatever the broker. */
export function describeBus(name: string, start: () => Promise<BusUnderTest>): void {
  describe(`the event bus on ${name}`, () => {
    let under: BusUnderTest
    let bus: EventBus
    const buses: EventBus[] = []
    const consumers: Consumer[] = []
    const another = () => {
      const opened = under.open()
      buses.push(opened)
      return opened
    }
    const subscribe = async (
      on: EventBus,
      group: string,
      options: Partial<BusSubscription> & Pick<BusSubscription, 'handle' | 'deadLetter'>,
    ) => {
      const consumer = await on.subscribe({ topic: 'user_events', group, backoffMs: () => 20, ...options })
      consumers.push(consumer)
      return consumer
    }
    const freshGroup = async () => {
      // A new group begins with the oldest event; what earlier tests left is read away first.
      const group = `g-${randomUUID()}`
      const last = userEvent()
      const recorder = createRecorder()
      const consumer = await bus.subscribe({ topic: 'user_events', group, ...recorder })
      await bus.publish('user_events', [last])
      await recorder.until(() => recorder.events.some((e) => e.id === last.id))
      await until(async () => (await bus.lag('user_events', group)) === 0)
      await consumer.stop()
      return group
    }

    beforeAll(async () => {
      under = await start()
      bus = another()
    })
    afterEach(async () => {
      await Promise.all(consumers.splice(0).map((c) => c.stop()))
    })
    afterAll(async () => {
      await Promise.all(buses.map((b) => b.close()))
      await under?.close()
    })

    test('every group gets the event as it was published', async () => {
      const [one, two] = [createRecorder(), createRecorder()]
      await subscribe(bus, await freshGroup(), one)
      await subscribe(bus, await freshGroup(), two)
      const event = userEvent()
      await bus.publish('user_events', [event])
      const seen = (r: typeof one) => r.events.find((e) => e.id === event.id)
      await Promise.all([one, two].map((r) => r.until(() => seen(r) !== undefined)))
      expect(seen(one)).toEqual(event)
      expect(seen(two)).toEqual(event)
    })

    test('the order of each key is kept over batches, beside other keys', async () => {
      const recorder = createRecorder()
      await subscribe(bus, await freshGroup(), {
        ...recorder,
        handle: async (event) => {
          // Uneven work: an adapter that runs a key's events beside each other would mix them.
          await new Promise((resolve) => setTimeout(resolve, Number(event.correlationid?.slice(8)) % 3))
          await recorder.handle(event)
        },
      })
      const keys = Array.from({ length: 20 }, () => randomUUID() as string)
      const all = Array.from({ length: 15 }, (_, n) => keys.map((key) => userEvent(key, n)))
      for (const batch of all) await bus.publish('user_events', batch)
      const mine = () => recorder.events.filter((e) => keys.includes(e.partitionkey))
      await recorder.until(() => mine().length >= 300)
      for (const key of keys)
        expect(recorder.events.filter((e) => e.partitionkey === key).map((e) => e.id)).toEqual(
          all.map((batch) => batch.find((e) => e.partitionkey === key)?.id),
        )
    })

    test('consumers of one group share the work and keep the order of each key', async () => {
      const group = await freshGroup()
      const recorder = createRecorder()
      const busy = new Set<string>()
      const overlaps: string[] = []
      const handle = async (event: Envelope) => {
        if (busy.has(event.partitionkey)) overlaps.push(event.partitionkey)
        busy.add(event.partitionkey)
        await new Promise((resolve) => setTimeout(resolve, 1))
        busy.delete(event.partitionkey)
        await recorder.handle(event)
      }
      await subscribe(bus, group, { ...recorder, handle })
      await subscribe(another(), group, { ...recorder, handle })
      const keys = Array.from({ length: 12 }, () => randomUUID() as string)
      const all = Array.from({ length: 10 }, (_, n) => keys.map((key) => userEvent(key, n))).flat()
      await bus.publish('user_events', all)
      const ids = () => new Set(recorder.events.map((e) => e.id))
      await recorder.until(() => all.every((e) => ids().has(e.id)))
      for (const key of keys) {
        const first = [...new Set(recorder.events.filter((e) => e.partitionkey === key).map((e) => e.id))]
        expect(first).toEqual(all.filter((e) => e.partitionkey === key).map((e) => e.id))
      }
      expect(overlaps).toEqual([])
    })

    test('a handler that throws gets the event again, and the key waits for it while others go on', async () => {
      const recorder = createRecorder()
      const [stuck, free] = [randomUUID() as string, randomUUID() as string]
      let failures = 0
      let release = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      await subscribe(bus, await freshGroup(), {
        ...recorder,
        tries: 10,
        handle: async (event) => {
          if (event.partitionkey === stuck && failures < 2) {
            failures++
            if (failures === 2) await released
            throw new Error('not now')
          }
          await recorder.handle(event)
        },
      })
      const [first, second, other] = [userEvent(stuck, 0), userEvent(stuck, 1), userEvent(free)]
      await bus.publish('user_events', [first, second, other])
      const ids = () => recorder.events.map((e) => e.id)
      await recorder.until(() => ids().includes(other.id))
      expect(ids()).not.toContain(second.id)
      release()
      await recorder.until(() => ids().includes(second.id))
      expect(ids().filter((id) => id === first.id || id === second.id)).toEqual([first.id, second.id])
      expect(recorder.letters).toEqual([])
    })

    test('a message that no try can handle is set aside, and the key goes on', async () => {
      const recorder = createRecorder()
      const key = randomUUID()
      const group = await freshGroup()
      const [bad, good] = [userEvent(key, 0), userEvent(key, 1)]
      let tries = 0
      await subscribe(bus, group, {
        ...recorder,
        tries: 3,
        handle: async (event) => {
          if (event.id === bad.id) {
            tries++
            throw new Error('never')
          }
          await recorder.handle(event)
        },
      })
      await bus.publish('user_events', [bad, good])
      await recorder.until(() => recorder.events.some((e) => e.id === good.id))
      expect(tries).toBe(3)
      expect(recorder.letters).toMatchObject([
        { topic: 'user_events', group, key, tries: 3, reason: 'Error: never', body: JSON.stringify(bad) },
      ])
    })

    test('what is no event, or says that trying is of no use, is set aside at once', async () => {
      const recorder = createRecorder()
      const group = await freshGroup()
      const unreadable = userEvent()
      await subscribe(bus, group, {
        ...recorder,
        handle: async (event) => {
          if (event.id === unreadable.id) throw new PoisonMessage('has a version that is not known here')
          await recorder.handle(event)
        },
      })
      await under.publishRaw(randomUUID(), '{"specversion": "0.3"}')
      await under.publishRaw(randomUUID(), 'no JSON \u0001')
      await bus.publish('user_events', [unreadable])
      await recorder.deadLettered(3)
      expect(recorder.letters.map((l) => l.reason).toSorted()).toEqual([
        'PoisonMessage: has a version that is not known here',
        expect.stringMatching(/^PoisonMessage: is no CloudEvent: specversion/),
        'PoisonMessage: is no JSON',
      ])
      expect(recorder.letters.every((l) => l.tries === 1)).toBe(true)
    })

    test('a fault that says nothing about the message does not count as a try', async () => {
      const recorder = createRecorder()
      let away = 8
      const event = userEvent()
      await subscribe(bus, await freshGroup(), {
        ...recorder,
        tries: 2,
        isFaultOfMessage: (error) => !(error instanceof RangeError),
        handle: async (e) => {
          if (e.id === event.id && away-- > 0) throw new RangeError('the database is away')
          await recorder.handle(e)
        },
      })
      await bus.publish('user_events', [event])
      await recorder.until(() => recorder.events.some((e) => e.id === event.id))
      expect(recorder.letters).toEqual([])
    })

    test('keys that wait for what is away hold up no other', async () => {
      const recorder = createRecorder()
      const waiting = Array.from({ length: 12 }, () => userEvent())
      const [free, ids] = [userEvent(), new Set(waiting.map((e) => e.id))]
      let away = true
      await subscribe(bus, await freshGroup(), {
        ...recorder,
        isFaultOfMessage: () => false,
        backoffMs: () => 200,
        handle: async (e) => {
          if (away && ids.has(e.id)) throw new Error('the database is away')
          await recorder.handle(e)
        },
      })
      await bus.publish('user_events', waiting)
      await bus.publish('user_events', [free])
      await recorder.until(() => recorder.events.some((e) => e.id === free.id))
      away = false
      await recorder.until(() => [...ids].every((id) => recorder.events.some((e) => e.id === id)))
      expect(recorder.letters).toEqual([])
    })

    test('a message that cannot be set aside stays until it can', async () => {
      const recorder = createRecorder()
      let refusals = 3
      const event = userEvent()
      await subscribe(bus, await freshGroup(), {
        handle: async (e) => {
          if (e.id === event.id) throw new PoisonMessage('is unreadable')
        },
        deadLetter: async (letter) => {
          if (refusals-- > 0) throw new Error('the database is away')
          await recorder.deadLetter(letter)
        },
      })
      await bus.publish('user_events', [event])
      await recorder.deadLettered(1)
      expect(recorder.letters).toHaveLength(1)
    })

    test('a consumer that stops in the middle of an event leaves it to the next', async () => {
      const group = await freshGroup()
      const event = userEvent()
      const begun = createRecorder()
      const consumer = await bus.subscribe({
        topic: 'user_events',
        group,
        backoffMs: () => 50,
        deadLetter: begun.deadLetter,
        handle: async (e) => {
          if (e.id !== event.id) return
          await begun.handle(e)
          throw new Error('not before the stop')
        },
        tries: 1_000_000,
      })
      await bus.publish('user_events', [event])
      await begun.received(1)
      await consumer.stop()
      const recorder = createRecorder()
      await subscribe(another(), group, recorder)
      await recorder.until(() => recorder.events.some((e) => e.id === event.id))
      expect(begun.letters).toEqual([])
    })

    test('what is published while nobody listens is handled later, and counted as lag until then', async () => {
      const group = await freshGroup()
      const events = Array.from({ length: 7 }, () => userEvent())
      await bus.publish('user_events', events)
      expect(await bus.lag('user_events', group)).toBe(7)
      const recorder = createRecorder()
      const consumer = await bus.subscribe({ topic: 'user_events', group, ...recorder })
      await recorder.received(7)
      await consumer.stop()
      expect(recorder.events.map((e) => e.id).toSorted()).toEqual(events.map((e) => e.id).toSorted())
      expect(await bus.lag('user_events', group)).toBe(0)
    })

    test('two thousand events in batches all arrive', async () => {
      const recorder = createRecorder()
      await subscribe(bus, await freshGroup(), recorder)
      const events = Array.from({ length: 2_000 }, () => userEvent())
      for (let i = 0; i < events.length; i += 500) await bus.publish('user_events', events.slice(i, i + 500))
      const ids = new Set<string>()
      await recorder.until(() => {
        for (const e of recorder.events) ids.add(e.id)
        return events.every((e) => ids.has(e.id))
      })
    })
  })
}
