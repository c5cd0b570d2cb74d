import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { createLifecycle, doubling, retry, runLoop, runningLoops, stopAll, type Turn } from '../lifecycle.ts'
import { createLogger } from '../telemetry/logger.ts'

const silent = createLogger({ LOG_LEVEL: 'silent' }, 'test')
/** Longer than any test takes: a loop that rests this long goes on only when it is woken. */
const FOREVER_MS = 3_600_000

/** A loop whose rounds the test lets end one by one. */
function steppedLoop() {
  const begun: PromiseWithResolvers<PromiseWithResolvers<number>>[] = []
  const at = (n: number) => (begun[n] ??= Promise.withResolvers())
  const told: number[] = []
  let count = 0
  const loop = runLoop({
    round: () => {
      const outcome = Promise.withResolvers<number>()
      at(count++).resolve(outcome)
      return outcome.promise
    },
    failed: (_, failures) => {
      told.push(failures)
      return 0
    },
  })
  return { loop, told, round: (n: number) => at(n).promise, count: () => count }
}

describe('a loop', () => {
  test('begins at once, and rests after a round until it is woken', async () => {
    const { loop, round, count } = steppedLoop()
    expect(count()).toBe(1)
    const first = await round(0)
    first.resolve(FOREVER_MS)
    await first.promise
    loop.wake()
    const second = await round(1)
    second.resolve(FOREVER_MS)
    await loop.stop()
    expect(count()).toBe(2)
  })

  test('loses no wake that comes during a round', async () => {
    const { loop, round } = steppedLoop()
    const first = await round(0)
    loop.wake()
    first.resolve(FOREVER_MS)
    const second = await round(1)
    second.resolve(FOREVER_MS)
    await loop.stop()
  })

  test('that is woken again and again takes two turns at once, then one in its time; a turn that found nothing takes none', async () => {
    const APART_MS = 60
    const begun: number[] = []
    const loop = runLoop({
      round: async ({ rest }) => {
        begun.push(performance.now())
        await rest(FOREVER_MS, begun.length === 4 ? 0 : APART_MS)
        return 0
      },
      failed: () => 0,
    })
    for (let n = 1; n < 6; n++) {
      // Several wakes are one turn.
      for (let times = 0; times < 3; times++) loop.wake()
      while (begun.length <= n) await delay(1)
    }
    await loop.stop()
    const since = begun.map((at) => at - (begun[0] ?? 0))
    // Timers may be a millisecond early; the second, and the fifth after one that found nothing, wait for nobody but the machine.
    for (const [n, times] of [
      [2, 1],
      [3, 2],
      [5, 3],
    ] as const)
      expect(since[n]).toBeGreaterThanOrEqual(times * APART_MS - 2)
    expect(since[1]).toBeLessThan(APART_MS - 2)
    expect((since[4] ?? 0) - (since[3] ?? 0)).toBeLessThan(APART_MS - 2)
    expect(begun).toHaveLength(6)
  })

  test('goes on after a round that threw, and counts those in a row', async () => {
    const { loop, told, round } = steppedLoop()
    for (const n of [0, 1]) (await round(n)).reject(new Error('away'))
    ;(await round(2)).resolve(0)
    ;(await round(3)).reject(new Error('away again'))
    ;(await round(4)).resolve(FOREVER_MS)
    await loop.stop()
    expect(told).toEqual([1, 2, 1])
  })

  test('stops when the round at work is through, and not before', async () => {
    const { loop, round, count } = steppedLoop()
    const first = await round(0)
    let stopped = false
    const stop = loop.stop().then(() => (stopped = true))
    await Promise.resolve()
    expect(stopped).toBe(false)
    first.resolve(FOREVER_MS)
    await stop
    expect(count()).toBe(1)
  })

  test('with a name tells how long its round is silent, and nothing while it rests or after its stop', async () => {
    const outcome = Promise.withResolvers<number>()
    const loop = runLoop({ name: 'tested', round: () => outcome.promise, failed: () => 0 })
    const state = () => runningLoops().find(({ name }) => name === 'tested')
    await delay(20)
    expect(state()?.silentS).toBeGreaterThanOrEqual(0.015)
    outcome.resolve(FOREVER_MS)
    await delay(1)
    expect(state()?.silentS).toBe(0)
    await loop.stop()
    expect(state()).toBeUndefined()
  })

  test('ends the rests and pauses of its round when it stops', async () => {
    const { promise: turn, resolve } = Promise.withResolvers<Turn>()
    const loop = runLoop({
      round: async (its) => {
        resolve(its)
        await its.rest(FOREVER_MS)
        await its.pause(FOREVER_MS)
        return FOREVER_MS
      },
      failed: () => FOREVER_MS,
    })
    const { signal } = await turn
    await loop.stop()
    expect(signal.aborted).toBe(true)
  })
})

describe('trying again', () => {
  test('goes on until it succeeds, with pauses that double to a limit', async () => {
    const asked: number[] = []
    const told: unknown[] = []
    const pauses = doubling(1, 4)
    const result = await retry(async () => (told.length < 5 ? Promise.reject(new Error('away')) : 'done'), {
      backoffMs: (failures) => {
        asked.push(pauses(failures))
        return 0
      },
      failed: (error) => told.push(error),
    })
    expect(result).toBe('done')
    expect(asked).toEqual([1, 2, 4, 4, 4])
  })

  test('ends with the signal', async () => {
    const stopping = new AbortController()
    const trying = retry(() => Promise.reject(new Error('away')), {
      backoffMs: () => FOREVER_MS,
      failed: () => stopping.abort(),
      signal: stopping.signal,
    })
    await expect(trying).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('a lifecycle', () => {
  test('stops its parts once, in reverse order, and one that fails holds up no other', async () => {
    const lifecycle = createLifecycle(silent)
    const order: string[] = []
    const part = (name: string) => lifecycle.onStop(name, () => void order.push(name))
    part('databases')
    lifecycle.onStop('bus', () => Promise.reject(new Error('broken')))
    part('worker')
    expect(lifecycle.stopping).toBe(false)
    const stops = [lifecycle.stop(), lifecycle.stop()]
    expect(lifecycle.stopping).toBe(true)
    await Promise.all(stops)
    expect(order).toEqual(['worker', 'databases'])
  })

  test('a part that cannot go on stops all, and the process ends with code 1 after that', async () => {
    const order: unknown[] = []
    const lifecycle = createLifecycle(silent, { exit: (code) => void order.push(code) })
    lifecycle.onStop('worker', () => void order.push('worker'))
    await lifecycle.fail('worker failed')
    expect(order).toEqual(['worker', 1])
  })

  test('parts that stop beside each other are all through before the fault of one is told', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const stopping = stopAll([{ stop: () => Promise.reject(new Error('broken')) }, { stop: () => promise }])
    let through = false
    void promise.then(() => (through = true))
    resolve()
    await expect(stopping).rejects.toThrow('broken')
    expect(through).toBe(true)
  })
})
