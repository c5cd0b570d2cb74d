import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { beginRunning, inspectRunning } from '../../db/ai/running-activities.ts'
import { advance, openPosition, position } from '../../db/bus/log.ts'
import { holderOf, isGone } from '../../db/leases/holder.ts'
import { createKeeper } from '../../db/leases/keeper.ts'
import { freeLease, renewLease, takeLease } from '../../db/leases/leases.ts'
import { listUnsent, markSent } from '../../db/outbox/outbox.ts'
import { appendEvent } from '../../events/outbox.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'
import { until } from '../support/until.ts'

const LEASE_MS = 300

let databases: TestDatabases
beforeAll(async () => {
  databases = await cloneDatabases()
})
afterAll(() => databases.close())

test('of many at once one has a place, and the next one as soon as it is free', async () => {
  const keepers = Array.from({ length: 5 }, () => createKeeper(databases.auth, 'shared'))
  const taken = await Promise.all(keepers.map((keeper) => keeper.take()))
  expect(taken.filter(Boolean)).toHaveLength(1)
  const first = taken.findIndex(Boolean)
  expect(await keepers[first]?.take()).toBe(taken[first])
  await keepers[first]?.free()
  const next = await keepers[(first + 1) % 5]?.take()
  expect(Number(next?.fence)).toBe(Number(taken[first]?.fence) + 1)
  await keepers[(first + 1) % 5]?.free()
})

test('who comes after a process of the same machine that is gone has its place at once, and waits for one that lives', async () => {
  const { auth } = databases
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  await once(child, 'spawn')
  const holder = holderOf(child.pid!)
  const lease = await takeLease(auth, 'of a neighbour', holder, 3_600_000)
  expect(await createKeeper(auth, 'of a neighbour').take()).toBeUndefined()
  child.kill('SIGKILL')
  await once(child, 'exit')
  const keeper = createKeeper(auth, 'of a neighbour')
  expect(Number((await keeper.take())?.fence)).toBe(Number(lease?.fence) + 1)
  await keeper.free()
})

test('of a process of another machine, another boot or another container only its lease tells', () => {
  const [name, start, numbered] = holderOf(process.pid).split(' ') as [string, string, string]
  const other = name.replace(/\d+$/, '999999999')
  expect(isGone(`${other} ${start} ${numbered}`)).toBe(true)
  expect(isGone(`${name} ${start} ${numbered}`)).toBe(false)
  for (const elsewhere of [other, `${other} ${start}0 ${numbered}`, `${other} ${start} pid:[1]`])
    expect(isGone(elsewhere)).toBe(false)
})

test('who looks after the activities of others is told when the first of their leases ends, and then what was theirs', async () => {
  const { ai } = databases
  const work = async (name: string, ms: number) => {
    const place = await takeLease(ai, name, 'somebody', ms)
    await beginRunning(ai, { task_token: Buffer.from(name), lease: name, operation_id: `of ${name}` })
    return place!
  }
  expect(await inspectRunning(ai, 'mine')).toEqual({ abandoned: [], unwanted: [], nextEndsInMs: Infinity })
  // Nobody is at work there.
  await takeLease(ai, 'idle', 'somebody', 60_000)
  const first = await work('first', 600_000)
  await work('second', 1_200_000)
  const { nextEndsInMs, ...found } = await inspectRunning(ai, 'mine')
  expect(found).toEqual({ abandoned: [], unwanted: [] })
  expect(nextEndsInMs).toBeGreaterThan(60_000)
  expect(nextEndsInMs).toBeLessThanOrEqual(600_000)
  // One's own lease is no other's.
  expect((await inspectRunning(ai, 'first')).nextEndsInMs).toBeGreaterThan(600_000)
  await freeLease(ai, first)
  // Of a server that has just started nobody is taken for gone.
  const { abandoned } = await until(async () => {
    const next = await inspectRunning(ai, 'mine')
    return next.abandoned.length > 0 && next
  })
  expect(abandoned.map((one) => one.operation_id)).toEqual(['of first'])
})

test('a holder that works keeps its place far longer than one lease', async () => {
  // Longer than this process may be held up on a busy machine.
  const leaseMs = 2_000
  const [keeper, other] = [createKeeper(databases.auth, 'kept', leaseMs), createKeeper(databases.auth, 'kept', leaseMs)]
  const mine = await keeper.take()
  for (const end = performance.now() + 2.5 * leaseMs; performance.now() < end; await pause(20))
    expect(await other.take()).toBeUndefined()
  expect(mine?.isSure()).toBe(true)
  await keeper.free()
})

test('one that stands still knows by its own clock that it may be replaced, and what it writes then changes nothing', async () => {
  const { auth, notifications } = databases
  await auth.transaction().execute((trx) => appendEvent(trx, 'user_registered', { user_id: randomUUID() }))
  const [row] = await listUnsent(auth, 1)
  const ids = [row?.id as string]
  // Never renewed, as in a process that is stopped.
  const still = await takeLease(auth, 'stands still', 'somebody', LEASE_MS)
  const keeper = createKeeper(auth, 'stands still', LEASE_MS)
  expect(await keeper.take()).toBeUndefined()
  const next = await until(() => keeper.take())
  expect(await renewLease(auth, still!, LEASE_MS)).toBe(false)
  await markSent(auth, { place: still!, ids })
  expect(await listUnsent(auth, 1)).toHaveLength(1)
  await markSent(auth, { place: next, ids })
  expect(await listUnsent(auth, 1)).toEqual([])
  await keeper.free()

  await openPosition(notifications, 'user_events', 'fenced')
  const before = await takeLease(notifications, 'fenced', 'one', -1)
  const after = await takeLease(notifications, 'fenced', 'another', 60_000)
  await advance(notifications, 'user_events', { place: before!, consumer: 'fenced', seq: '7' })
  expect(await position(notifications, 'user_events', 'fenced')).toBe('0')
  await advance(notifications, 'user_events', { place: after!, consumer: 'fenced', seq: '7' })
  expect(await position(notifications, 'user_events', 'fenced')).toBe('7')
})

test('a holder whose event loop stood still is not sure any more, before anybody else has the place', async () => {
  const keeper = createKeeper(databases.auth, 'blocked', LEASE_MS)
  const mine = await keeper.take()
  for (const end = performance.now() + 2 * LEASE_MS; performance.now() < end;);
  expect(mine?.isSure()).toBe(false)
  await until(() => mine?.lost.aborted)
  const again = await keeper.take()
  expect(Number(again?.fence)).toBe(Number(mine?.fence) + 1)
  await keeper.free()
})
