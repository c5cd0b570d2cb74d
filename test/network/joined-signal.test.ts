import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from '@jest/globals'
import { joinSignals } from '../../network/joined-signal.ts'

/** `--expose-gc` for this file alone. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}

describe('a joined signal', () => {
  test('is aborted with the first of its sources, and with its reason', () => {
    const [a, b] = [new AbortController(), new AbortController()]
    using joined = joinSignals([a.signal, b.signal])
    b.abort(new Error('b was first'))
    a.abort()
    expect(joined.signal.reason).toEqual(new Error('b was first'))
  })

  test('is aborted at once with a source that is', () => {
    using joined = joinSignals([AbortSignal.abort('gone')], 60_000)
    expect(joined.signal.reason).toBe('gone')
  })

  test('keeps its time limit when garbage is collected and nothing but a listener has it', async () => {
    const gc = collector()
    const aborted: number[] = []
    await Promise.all(
      Array.from({ length: 20 }, async (_, i) => {
        const inner = joinSignals([new AbortController().signal], 30)
        const outer = joinSignals([inner.signal])
        await new Promise<void>((resolve) =>
          outer.signal.addEventListener('abort', () => {
            aborted.push(i)
            resolve()
          }),
        )
        inner[Symbol.dispose]()
        outer[Symbol.dispose]()
      }).concat([delay(5).then(gc), delay(15).then(gc)]),
    )
    expect(aborted).toHaveLength(20)
  })

  test('leaves its sources and its clock alone when it is disposed', () => {
    const source = new AbortController()
    const joined = joinSignals([source.signal], 1)
    joined[Symbol.dispose]()
    source.abort()
    expect(joined.signal.aborted).toBe(false)
  })
})
