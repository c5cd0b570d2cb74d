import { expect, test } from '@jest/globals'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { askedTogether } from '../../db/asked-together.ts'

const lengths = () => {
  const asked: (readonly string[])[] = []
  const ask = askedTogether((keys) => {
    asked.push(keys)
    if (keys.includes('broken')) return Promise.reject(new Error('away'))
    return Promise.resolve(new Map(keys.filter((key) => key !== 'unknown').map((key) => [key, key.length])))
  })
  return { asked, ask }
}

test('who asks in one turn of the event loop is answered by one question, in which each key is once', async () => {
  const { asked, ask } = lengths()
  const afterAWhile = Promise.resolve().then(() => ask('three'))
  expect(await Promise.all([ask('a'), ask('unknown'), ask('a'), afterAWhile])).toEqual([1, undefined, 1, 5])
  expect(asked).toEqual([['a', 'unknown', 'three']])
})

test('nothing is kept: who comes after the question has gone out asks anew, also while it is being answered', async () => {
  const { asked, ask } = lengths()
  const first = ask('a')
  await nextTurn()
  expect(await Promise.all([first, ask('a')])).toEqual([1, 1])
  expect(asked).toEqual([['a'], ['a']])
})

test('a question that fails fails for all who asked it, and not for the next ones', async () => {
  const { ask } = lengths()
  const outcomes = await Promise.allSettled([ask('broken'), ask('a')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await ask('a')).toBe(1)
})
