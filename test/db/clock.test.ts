import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { clockSkewMs, tellSkew } from '../../db/clock.ts'
import { createLogger } from '../../telemetry/logger.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'

let databases: TestDatabases
beforeAll(async () => {
  databases = await cloneDatabases()
})
afterAll(() => databases.close())

test('a clock like that of Postgres is nothing to speak of', async () => {
  expect(await clockSkewMs(databases.auth)).toBeUndefined()
})

test.each([30_000, -90_000])('one that is %d ms off is said so', async (off) => {
  const skew = await clockSkewMs(databases.auth, () => Date.now() + off)
  expect(Math.abs((skew ?? 0) - off)).toBeLessThan(5_000)
})

test('a database that is away says nothing', async () => {
  const closed = await cloneDatabases()
  await closed.close()
  const lines: string[] = []
  tellSkew(closed.auth, createLogger({ LOG_LEVEL: 'info' }, 'test', { write: (line: string) => void lines.push(line) }))
  await expect(clockSkewMs(closed.auth)).rejects.toThrow()
  expect(lines).toEqual([])
})
