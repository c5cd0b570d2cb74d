import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Redis } from 'ioredis'
import type { Person } from '../../support/http.ts'
import { startRedis, type RedisServer } from '../../support/redis.ts'
import { grant, ifMatch, write } from '../../support/scenarios.ts'
import { startSystem, type System } from '../../support/system.ts'
import { until } from '../../support/until.ts'

let redis: RedisServer
let system: System
let owner: Person
beforeAll(async () => {
  redis = await startRedis()
  system = await startSystem({ relays: false, env: { REDIS_URL: redis.url } })
  owner = await system.api.register()
})
afterAll(async () => {
  await system.stop()
  await redis.kill()
})

const keys = async () => {
  const client = new Redis(redis.url)
  const found = await client.keys('scenor:*')
  client.disconnect()
  return found
}

test('a whole scenario and its files are kept under their version, with a lifetime', async () => {
  // Another one each time: what Redis was too slow for, or not connected yet, stays in this process alone.
  const id = await until(async () => {
    const written = await write(owner, { content: 'Слова.' })
    const read = await owner.get(`/scenarios/${written.id}`)
    expect(read.status).toBe(200)
    await owner.get(`/scenarios/${written.id}/export?format=md`)
    return (await keys()).filter((key) => key.includes(written.id)).length === 2 && written.id
  })
  const client = new Redis(redis.url)
  for (const key of (await keys()).filter((k) => k.includes(id))) {
    expect(key).toContain(`${id}:1:`)
    expect(await client.ttl(key)).toBeGreaterThan(0)
  }
  client.disconnect()
})

test('what is cached is never shown to those it is not for, nor after its version, its share or itself is gone', async () => {
  const reader = await system.api.register()
  const { id, etag } = await write(owner, { title: 'Раз' })
  const share = await grant(system, id, owner, reader, 'viewer')
  for (let i = 0; i < 3; i++) {
    expect((await owner.get(`/scenarios/${id}`)).body.my_role).toBe('owner')
    expect((await reader.get(`/scenarios/${id}`)).body.my_role).toBe('viewer')
  }
  await system.databases.scenarios.updateTable('shares').set({ status: 'revoked' }).where('id', '=', share).execute()
  for (const path of ['', '/export?format=md']) expect((await reader.get(`/scenarios/${id}${path}`)).status).toBe(404)
  await owner.put(`/scenarios/${id}`, { title: 'Два' }, ifMatch(etag))
  expect((await owner.get(`/scenarios/${id}`)).body).toMatchObject({ title: 'Два', version: 2 })
  await owner.delete(`/scenarios/${id}`, ifMatch('*'))
  expect((await owner.get(`/scenarios/${id}`)).status).toBe(404)
})

test('under load, while Redis hangs, dies and comes back: never a 5xx, never older than one’s own write', async () => {
  const scripts = await Promise.all(
    Array.from({ length: 4 }, (_, i) => write(owner, { title: `${i}:1`, content: 'Слова.' })),
  )
  let stop = false
  const wrong: string[] = []
  let reads = 0
  const work = scripts.map(async ({ id }, i) => {
    for (let n = 2; !stop; n++) {
      const put = await owner.put(`/scenarios/${id}`, { title: `${i}:${n}`, content: 'Слова.' }, ifMatch('*'))
      if (put.status !== 200) wrong.push(`PUT ${put.status}`)
      for (let k = 0; k < 5; k++) {
        const [read, file] = await Promise.all([
          owner.get(`/scenarios/${id}`),
          owner.get(`/scenarios/${id}/export?format=txt`),
        ])
        reads += 2
        if (read.status !== 200 || read.body.title !== `${i}:${n}`)
          wrong.push(`GET ${read.status} ${read.body?.title}, wrote ${i}:${n}`)
        if (file.status !== 200 || !file.text.startsWith(`${i}:${n}\n`))
          wrong.push(`export ${file.status} ${file.text.slice(0, 20)}, wrote ${i}:${n}`)
      }
    }
  })
  const more = async (n: number) => {
    const goal = reads + n
    await until(async () => reads >= goal)
  }
  await more(60)
  await redis.hang(1_500)
  await more(60)
  await redis.kill()
  await more(100)
  await redis.start()
  await more(60)
  stop = true
  await Promise.all(work)
  expect(wrong).toEqual([])
  await until(async () => {
    await owner.get(`/scenarios/${(await write(owner, { title: 'После' })).id}`)
    return (await keys()).length > 0
  })
})

test('a system whose Redis never was there answers all the same', async () => {
  const alone = await startSystem({ relays: false, env: { REDIS_URL: 'redis://127.0.0.1:1' } })
  try {
    const person = await alone.api.register()
    const { id } = await write(person)
    expect((await person.get(`/scenarios/${id}`)).status).toBe(200)
  } finally {
    await alone.stop()
  }
})
