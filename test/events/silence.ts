import { expect, test } from '@jest/globals'
import type { EventBus } from '../../events/bus/bus.ts'
import { retry } from '../../lifecycle.ts'
import { createRecorder, userEvent } from '../support/events.ts'
import { startWire, type Wire } from '../support/frozen-wire.ts'

/** A broker behind a wire. */
export interface SilentBroker {
  readonly address: string
  stop(): Promise<unknown>
}

/**
 * A broker whose connections fall silent, none of them broken, while it takes new ones: as after a failover, or when a firewall has
 * forgotten them.
 * @param withinMs what it may take until events flow again: what docs/architecture.md says, and what a busy machine adds
 */
export function describeSilence(
  name: string,
  start: (through: (address: string) => Promise<string>) => Promise<SilentBroker>,
  open: (address: string) => EventBus,
  withinMs: number,
): void {
  test(`a ${name} whose connections fall silent is connected to anew`, async () => {
    let wire: Wire | undefined
    const broker = await start(async (address) => {
      wire = await startWire(address)
      return wire.address
    })
    const bus = open(broker.address)
    const recorder = createRecorder()
    const seen = (id: string) => recorder.until(() => recorder.events.some((e) => e.id === id))
    const consumer = await bus.subscribe({ topic: 'user_events', group: 'notifications', ...recorder })
    const [before, after] = [userEvent(), userEvent()]
    await bus.publish('user_events', [before])
    await seen(before.id)

    wire?.freezeOld()
    const since = performance.now()
    // As the relay does it.
    await retry(() => bus.publish('user_events', [after]), { backoffMs: () => 200, failed: () => {} })
    await seen(after.id)
    expect(performance.now() - since).toBeLessThan(withinMs)
    expect(recorder.letters).toEqual([])

    await consumer.stop()
    await bus.close()
    await wire?.[Symbol.asyncDispose]()
    await broker.stop()
  })
}
