import { afterEach, describe, expect, test } from '@jest/globals'
import { createRenderer, type Renderer, type RendererOptions } from '../../exports/renderer.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { RUSSIAN } from './document.ts'

/** As in `test/support/endless-thread.ts`, which is no module of this process. */
const ENDLESS = 'Без конца'

let renderer: Renderer
const renderers = (options: Omit<RendererOptions, 'logger'> = {}) => {
  renderer = createRenderer({ logger: createLogger({ LOG_LEVEL: 'fatal' }, 'test'), ...options })
}
afterEach(() => renderer.close())

/** Asks at once for all files, in this order. @returns their names (`anna1`) in the order in which they were made or refused */
async function settled(asked: readonly string[]): Promise<{ made: string[]; refused: string[] }> {
  const made: string[] = []
  const refused: string[] = []
  const counts = new Map<string, number>()
  const files = asked.map((person) => {
    const n = (counts.get(person) ?? 0) + 1
    counts.set(person, n)
    const name = `${person}${n}`
    return renderer.render('txt', { ...RUSSIAN, title: name }, person).then(
      () => made.push(name),
      () => refused.push(name),
    )
  })
  await Promise.all(files)
  return { made, refused }
}
const times = (n: number, person: string) => Array<string>(n).fill(person)

describe('exports of different people', () => {
  test('are made in turns: each person’s next file waits until all others had one', async () => {
    renderers()
    const { made } = await settled([...times(5, 'anna'), ...times(3, 'boris'), 'clara'])
    // The first begins at once, alone; the second was the next before anybody else came.
    expect(made).toEqual(['anna1', 'anna2', 'boris1', 'clara1', 'anna3', 'boris2', 'anna4', 'boris3', 'anna5'])
  })

  test('a person with fifty files does not hold up another’s one; that person’s own come in their order', async () => {
    renderers()
    const { made } = await settled([...times(50, 'anna'), 'boris'])
    expect(made.indexOf('boris1')).toBe(2)
    expect(made.filter((name) => name !== 'boris1')).toEqual(times(50, 'anna').map((name, i) => `${name}${i + 1}`))
  })

  test('a person who asks for too many is told so, and others are not', async () => {
    renderers()
    const { made, refused } = await settled([...times(53, 'anna'), 'boris'])
    // One is at work, fifty wait.
    expect(refused).toEqual(['anna52', 'anna53'])
    expect(made).toContain('boris1')
    expect(made).toHaveLength(52)
  })

  test('all together wait in a number that memory and time have room for', async () => {
    renderers()
    const people = ['anna', 'boris', 'clara', 'daria', 'egor', 'fedor']
    const { made, refused } = await settled(people.flatMap((person) => times(40, person)))
    expect([made.length, refused.length]).toEqual([201, 39])
    expect(refused).toEqual(times(39, 'fedor').map((name, i) => `${name}${i + 2}`))
  })
})

test('a file that waited until its request was over is given up unmade; the next one is made', async () => {
  renderers({
    timeLimitMs: 300,
    waitLimitMs: 100,
    program: new URL('../support/endless-thread.ts', import.meta.url),
  })
  const endless = renderer.render('txt', { ...RUSSIAN, title: ENDLESS }, 'anna')
  const late = renderer.render('txt', RUSSIAN, 'boris')
  await expect(endless).rejects.toMatchObject({ code: 'scenario.export_failed' })
  await expect(late).rejects.toMatchObject({ code: 'service.unavailable' })
  expect(String(await renderer.render('txt', RUSSIAN, 'boris'))).toContain(RUSSIAN.title)
})
