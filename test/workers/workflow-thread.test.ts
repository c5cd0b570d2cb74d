import { expect, test } from '@jest/globals'
import { sharedThread } from '../../workers/workflow-thread.ts'

/** A thread that tells of its beginning and its end. */
const threads = () => {
  const told: string[] = []
  const begin = (name: string) => () => {
    told.push(`${name} begins`)
    return Promise.resolve({
      createWorkflow: () => Promise.reject(new Error(`a workflow of ${name}`)),
      destroy: async () => void told.push(`${name} ends`),
    })
  }
  return { told, begin }
}

test('workers that run one bundle have one thread; the last that stops ends it, and another begins anew', async () => {
  const { told, begin } = threads()
  const together = await Promise.all(['first', 'second'].map((name) => sharedThread('bundle', begin(name))))
  const other = await sharedThread('another bundle', begin('other'))
  for (const thread of together) {
    expect(told).toEqual(['first begins', 'other begins'])
    await thread.destroy()
  }
  const third = await sharedThread('bundle', begin('third'))
  expect(told).toEqual(['first begins', 'other begins', 'first ends', 'third begins'])
  await Promise.all([third.destroy(), other.destroy()])
})

test('a thread that could not begin is tried again by the next worker', async () => {
  const fails = () => Promise.reject(new Error('no memory'))
  const both = [sharedThread('bundle', fails), sharedThread('bundle', fails)]
  for (const outcome of await Promise.allSettled(both))
    expect(outcome).toMatchObject({ reason: { message: 'no memory' } })
  const { told, begin } = threads()
  await (await sharedThread('bundle', begin('next'))).destroy()
  expect(told).toEqual(['next begins', 'next ends'])
})
