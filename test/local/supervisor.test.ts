import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { isAlive } from '../../local/processes/process-record.ts'
import { until } from '../support/until.ts'
import {
  clearPlace,
  makePlace,
  recorded,
  recordedOne,
  startStack,
  startUnderNpm,
  type Place,
  type Printing,
} from './support/stack.ts'

const READY = /^Scenor is ready/

/** Asks the embedded Postgres of the place. */
async function ask(place: Place, sql: string): Promise<unknown[]> {
  const password = readFileSync(join(place.dataDir, 'postgres', 'password'), 'utf8')
  const { port } = recordedOne(place, 'postgres')
  const client = new pg.Client({ connectionString: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres` })
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows
}

describe('npm start', () => {
  let place: Place
  let runs: Printing[]
  const start = () => {
    const stack = startStack(place)
    runs.push(stack)
    return stack
  }
  beforeEach(async () => {
    place = await makePlace()
    runs = []
  })
  afterEach(() => clearPlace(place, ...runs))

  test('Ctrl-C ends it with code 0 and leaves no process; the data is there at the next start, on the same ports', async () => {
    const first = start()
    await first.line(READY)
    const before = recorded(place)
    expect(Object.keys(before).sort()).toEqual(['first', 'postgres', 'second', 'temporal'])
    await ask(place, 'create table kept as select 42 as answer')
    first.child.kill('SIGINT')
    // npm passes the terminal's Ctrl-C on a second time: no second wish.
    first.child.kill('SIGINT')
    expect(await first.exit).toBe(0)
    expect(Object.values(before).filter(isAlive)).toEqual([])
    expect(recorded(place)).toEqual({})

    await start().line(READY)
    expect(recordedOne(place, 'postgres').port).toBe(before['postgres']?.port)
    expect(recordedOne(place, 'temporal').port).toBe(before['temporal']?.port)
    expect(await ask(place, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('after kill -9 of the supervisor the next start ends what it left and has the data', async () => {
    const first = start()
    await first.line(READY)
    await ask(place, 'create table kept as select 42 as answer')
    const left = Object.values(recorded(place))
    first.child.kill('SIGKILL')
    await first.exit
    expect(left.filter(isAlive)).toHaveLength(4)

    const second = start()
    const said = await second.line(/Ended what an earlier run left behind/)
    for (const { name, pid } of left) expect(said).toContain(`${name} (pid ${pid})`)
    await second.line(READY)
    expect(left.filter(isAlive)).toEqual([])
    expect(await ask(place, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('a part that is killed is started again on its port, and that is said', async () => {
    const stack = start()
    await stack.line(READY)
    await ask(place, 'create table kept as select 42 as answer')
    for (const name of ['postgres', 'temporal', 'first']) {
      const killed = recordedOne(place, name)
      process.kill(killed.pid, 'SIGKILL')
      await stack.line(new RegExp(`${name} was ended by SIGKILL; starting it again in 0.5 s`))
      await stack.line(new RegExp(`${name} serves again`))
      const now = recordedOne(place, name)
      expect(now.pid).not.toBe(killed.pid)
      expect(now.port).toBe(killed.port)
      expect(isAlive(now)).toBe(true)
    }
    expect(await ask(place, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  test('a stop in the middle of a start leaves no process', async () => {
    const stack = start()
    await stack.line(/Making the database folder|serves on/)
    stack.child.kill('SIGTERM')
    expect(await stack.exit).toBe(0)
    expect(recorded(place)).toEqual({})
    const again = start()
    await again.line(READY)
  })

  test('a stack whose npm is killed ends itself and leaves no process', async () => {
    const npm = startUnderNpm(place)
    runs.push(npm)
    await npm.line(READY)
    const left = Object.values(recorded(place))
    npm.child.kill('SIGKILL')
    // The records go when all is ended.
    await until(() => Object.keys(recorded(place)).length === 0)
    expect(left.filter(isAlive)).toEqual([])
  })

  test('a stack whose terminal is gone ends itself and leaves no process', async () => {
    const stack = start()
    await stack.line(READY)
    const left = Object.values(recorded(place))
    stack.child.stdout?.destroy()
    stack.child.stderr?.destroy()
    stack.child.kill('SIGHUP')
    expect(await stack.exit).toBe(0)
    expect(left.filter(isAlive)).toEqual([])
  })

  test('a second one beside a living first says so and stops with code 3', async () => {
    const first = start()
    await first.line(READY)
    const second = start()
    expect(await second.exit).toBe(3)
    expect(second.lines.join('\n')).toContain(
      `already running on this data folder (pid ${first.pid}): http://localhost:${place.env['PORT']}`,
    )
    expect(Object.values(recorded(place)).every(isAlive)).toBe(true)
  })

  test('pages of this machine may use the API, on whichever port, unless others are named', async () => {
    expect(await start().line(/first: .*may be used/)).toMatch(/from http:\/\/localhost:\*,http:\/\/127\.0\.0\.1:\*$/)
    await clearPlace(place, ...runs.splice(0))
    place = await makePlace()
    const named = startStack(place, 'fine', { CORS_ORIGINS: 'https://app.example.com' })
    runs.push(named)
    expect(await named.line(/first: .*may be used/)).toMatch(/from https:\/\/app\.example\.com$/)
  })

  test('warnings of a child are shown as one short line', async () => {
    expect(await start().line(/first: warning/)).toMatch(/first: warning: stub sees a database: true$/)
  })
})
