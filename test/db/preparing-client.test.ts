import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { ONE_PLAN, PreparingClient } from '../../db/preparing-client.ts'
import { cloneDatabases, type TestDatabases } from '../support/databases.ts'

let databases: TestDatabases
let client: PreparingClient
beforeAll(async () => {
  databases = await cloneDatabases()
  client = new PreparingClient({ connectionString: databases.urls.users })
  await client.connect()
  await client.query('create table things (id int primary key, name text)')
  await client.query(`insert into things values (1, 'first'), (2, 'second')`)
})
afterAll(async () => {
  await client.end()
  await databases.close()
})

const prepared = async () => {
  const { rows } = await client.query<{ statement: string }>('select statement from pg_prepared_statements')
  return rows.map((row) => row.statement)
}
const BY_KEY = 'select * from things where id = $1'

test('a look-up by key is planned once a connection, whatever the values', async () => {
  for (const id of [1, 2, 3]) expect((await client.query(BY_KEY, [id])).rows).toHaveLength(id < 3 ? 1 : 0)
  expect(await prepared()).toEqual([BY_KEY])
})

test.each(['select * from things where id > $1 order by name', 'select * from things where id > $1 limit 1'])(
  'what depends on its values is planned each time: %s',
  async (text) => {
    await client.query(text, [0])
    expect(await prepared()).not.toContain(text)
  },
)

test('what says that it has one plan is planned once, whatever it looks like', async () => {
  const text = `with first as (select ${ONE_PLAN} id from things order by id limit 1) select from first where id = $1`
  await client.query(text, [1])
  expect(await prepared()).toContain(text)
})

test('nothing is prepared within a transaction, where an outdated plan would be the end of it', async () => {
  const text = 'select name from things where id = $1'
  await client.query('begin', [])
  await client.query(text, [1])
  await client.query('commit', [])
  expect(await prepared()).not.toContain(text)
  await client.query(text, [1])
  expect(await prepared()).toContain(text)
})

test('a table that a migration changes meanwhile is read as it is now', async () => {
  const other = new pg.Client({ connectionString: databases.urls.users })
  await other.connect()
  await other.query('alter table things add column more text default $$new$$')
  await other.end()
  expect((await client.query(BY_KEY, [1])).rows).toEqual([{ id: 1, name: 'first', more: 'new' }])
  expect((await client.query(BY_KEY, [2])).rows).toEqual([{ id: 2, name: 'second', more: 'new' }])
})

test('an error of the statement itself is told, each time', async () => {
  for (let i = 0; i < 2; i++)
    await expect(client.query('select * from nothing where id = $1', [1])).rejects.toMatchObject({ code: '42P01' })
})
