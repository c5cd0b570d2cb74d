import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { listenTo } from '../../db/listener.ts'
import { testServers } from '../support/servers.ts'
import { until } from '../support/until.ts'

const NAME = 'heard'
const url = new URL(`/${NAME}`, testServers().postgres).href
let server: pg.Client
let database: pg.Client
beforeAll(async () => {
  server = new pg.Client({ connectionString: testServers().postgres })
  await server.connect()
  await server.query(`create database ${NAME}`)
  database = new pg.Client({ connectionString: url })
  await database.connect()
})
afterAll(async () => {
  await database.end()
  await server.query(`drop database ${NAME} with (force)`)
  await server.end()
})

const connections = async () =>
  Number(
    (
      await server.query<{ n: string }>(
        `select count(*) as n from pg_stat_activity where datname = $1 and application_name = 'scenor-listener'`,
        [NAME],
      )
    ).rows[0]?.n,
  )
/** One who notes what he hears. */
const listening = (...channels: string[]) => {
  const heard: string[] = []
  const { stop } = listenTo(url, channels, (channel, payload) => heard.push(`${channel}:${payload}`))
  return { heard, stop, hears: (word: string) => until(() => heard.includes(word)) }
}

test('all who listen to a database share a connection, which the last one closes; each hears its own channels, and of each new connection', async () => {
  const news = listening('news')
  await news.hears(':')
  const both = listening('news', 'weather')
  await both.hears(':')
  expect(await connections()).toBe(1)
  await database.query(`select pg_notify('weather', 'rain'), pg_notify('news', 'none')`)
  await both.hears('news:none')
  await news.hears('news:none')
  expect(both.heard).toEqual([':', 'weather:rain', 'news:none'])
  expect(news.heard).toEqual([':', 'news:none'])

  await server.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and application_name = 'scenor-listener'`,
    [NAME],
  )
  await until(() => news.heard.length === 3 && both.heard.length === 4)
  await news.stop()
  await database.query(`select pg_notify('news', 'more')`)
  await both.hears('news:more')
  expect(news.heard).toEqual([':', 'news:none', ':'])
  expect(await connections()).toBe(1)
  await both.stop()
  await until(async () => (await connections()) === 0)
})
