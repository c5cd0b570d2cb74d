import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { v7 as uuidv7 } from 'uuid'
import type { Service } from '../../../services.ts'
import type { Installation } from './installation.ts'

export interface Fault {
  /** What an operator would see of it, in a few words. */
  readonly what: string
  /** Breaks it. Called again and again while the alert is waited for where `repeats`. */
  readonly begin: (at: Installation) => Promise<unknown>
  readonly repeats?: true
  readonly end: (at: Installation) => Promise<unknown>
}

const nothing = async () => {}
const times = <T>(n: number, work: (i: number) => Promise<T>): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: n }, (_, i) => work(i)))
const BRIEF = 'Ролик о термосе, который держит чай горячим сутки. Закажите на сайте.'
const order = ({ person }: Installation) => person.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 })

/** A table that is away, as after half a migration. */
const tableAway = (service: Service, table: string): Pick<Fault, 'begin' | 'end'> => ({
  begin: ({ databases }) => databases[service].query(`alter table if exists ${table} rename to ${table}_away`),
  end: ({ databases }) => databases[service].query(`alter table if exists ${table}_away rename to ${table}`),
})

/** An event as a stranger, or another release, would write it. */
const event = (at: Installation, topic: string, type: string, data: object, key: string = randomUUID()) =>
  at.databases.ai.query('insert into outbox (id, topic, type, key, data) values ($1, $2, $3, $4, $5)', [
    ...[uuidv7(), topic, type, key, JSON.stringify(data)],
  ])
const started = (at: Installation) =>
  event(at, 'ai_events', 'generation_started', { operation_id: `generation-${randomUUID()}`, owner_id: at.person.id })

/** Hangs until the model is reset; then every call of it fails and is made again. */
const held: Pick<Fault, 'begin' | 'end'> = {
  begin: async (at) => {
    at.model.always({ hang: true })
    await times(12, () => order(at))
  },
  end: async (at) => {
    at.model.always({})
    const { body } = await at.person.get('/operations?status=running&limit=50')
    await times(20, async (i) => body.items[i] && at.person.post(`/operations/${body.items[i].id}/cancel`))
  },
}
const answers = (behaviour: Parameters<Installation['model']['always']>[0], orders: number): Omit<Fault, 'what'> => ({
  repeats: true,
  begin: async (at) => {
    at.model.always(behaviour)
    await times(orders, () => order(at))
    // More than the workers take would wait in front of the order that shows the end.
    await delay(3_000)
  },
  end: async (at) => {
    at.model.always({})
    const { body } = await order(at)
    await at.api.finished(body.id, at.person.token, 120_000)
  },
})

/** Another process has the place that sends events, and sends nothing. */
const senderStandsStill: Pick<Fault, 'begin' | 'end'> = {
  begin: async (at) => {
    await at.databases.ai.query(
      `update leases set holder = 'a process that stands still', fence = fence + 1, expires_at = now() + interval '5 minutes' where name = 'send events'`,
    )
    await times(60, () => started(at))
  },
  end: ({ databases }) => databases.ai.query(`update leases set expires_at = '-infinity' where name = 'send events'`),
}

/** Every fault by the word that alerts name it by (`drill`). */
export const FAULTS: Readonly<Record<string, Fault>> = {
  api: { what: 'the API is stopped', begin: (at) => at.stop('api'), end: (at) => at.start('api') },
  workers: { what: 'the workers are stopped', begin: (at) => at.stop('workers'), end: (at) => at.start('workers') },
  table: { what: 'a table is away', ...tableAway('notifications', 'deliveries') },
  postgres: {
    what: 'the way to Postgres is cut',
    begin: async ({ postgres }) => postgres.cut(),
    end: async ({ postgres }) => postgres.open(),
  },
  pool: {
    what: 'somebody holds a lock on operations of ai, and people ask for them',
    repeats: true,
    begin: async (at) => {
      await at.databases.ai.query('begin; lock table operations in access exclusive mode')
      await times(40, () => at.person.get(`/operations/generation-${randomUUID()}`))
    },
    end: ({ databases }) =>
      databases.ai
        .query(`select pg_terminate_backend(pid) from pg_locks where mode = 'AccessExclusiveLock'`)
        .catch(() => {}),
  },
  redis: { what: 'Redis is killed', begin: ({ redis }) => redis.kill(), end: ({ redis }) => redis.start() },
  backup: {
    what: 'the last backup is two days old',
    begin: async ({ backupMark }) => utimesSync(backupMark, new Date(), new Date(Date.now() - 172_800_000)),
    end: async ({ backupMark }) => utimesSync(backupMark, new Date(), new Date()),
  },
  key: {
    what: 'the signing key is 200 days old',
    repeats: true,
    begin: async (at) => {
      sinceOfKeys(at, new Date(Date.now() - 200 * 86_400_000))
      await at.person.get('/auth/me')
    },
    end: async (at) => {
      sinceOfKeys(at, new Date())
      // Processes look at the file every few seconds, when somebody asks.
      for (let n = 0; n < 10; n++) await at.person.get('/auth/me').then(() => delay(1_000))
    },
  },
  relays: { what: 'a process that stands still has the place of the sender', ...senderStandsStill },
  late: {
    what: 'sixty events go out eight seconds late',
    repeats: true,
    begin: async (at) => {
      await senderStandsStill.begin(at)
      await delay(8_000)
      await senderStandsStill.end(at)
      await delay(2_000)
    },
    end: senderStandsStill.end,
  },
  strangers: {
    what: 'an event is of a topic that is not there',
    begin: (at) => event(at, 'strange_events', 'strange', {}),
    end: ({ databases }) => databases.ai.query('delete from outbox where set_aside_at is not null'),
  },
  consumer: {
    what: 'the table of notifications is away while 150 events come',
    begin: async (at) => {
      await tableAway('notifications', 'inbox').begin(at)
      await times(150, () =>
        event(at, 'ai_events', 'generation_failed', {
          operation_id: `generation-${randomUUID()}`,
          owner_id: at.person.id,
          code: 'ai.quota',
        }),
      )
    },
    end: tableAway('notifications', 'inbox').end,
  },
  letter: {
    what: 'an event says nonsense',
    begin: (at) => event(at, 'ai_events', 'generation_failed', { nonsense: true }),
    end: ({ databases }) => databases.notifications.query('delete from dead_letters'),
  },
  temporal: {
    what: 'the way to Temporal is cut, and somebody orders a script',
    repeats: true,
    begin: async (at) => {
      at.temporal.cut()
      await order(at)
    },
    end: async ({ temporal }) => temporal.open(),
  },
  stuck: { what: 'the model says nothing, twelve orders wait', ...held },
  slots: { what: 'the model says nothing, twelve orders wait', ...held },
  mail: {
    what: 'the mail server refuses',
    repeats: true,
    begin: async (at) => {
      at.mails.plan(...Array.from({ length: 10 }, () => 'refuse' as const))
      await times(10, async () => {
        const told = {
          user_id: at.person.id,
          topic: 'custom',
          title: 'A drill',
          body: 'It is one.',
          channels: ['email'],
        }
        await at.person.post('/notifications', told)
      })
    },
    end: nothing,
  },
  broken: {
    what: 'a table is away that people ask for',
    repeats: true,
    begin: async (at) => {
      await tableAway('users', 'profiles').begin(at)
      await times(60, () =>
        fetch(`${at.api.origin}/api/v1/users/profile`, { headers: { authorization: `Bearer ${at.person.token}` } }),
      )
    },
    end: tableAway('users', 'profiles').end,
  },
  hashes: {
    what: 'eighty sign in at once, again and again',
    repeats: true,
    begin: async ({ api, person: { email, password } }) =>
      times(80, () => api.call('POST', '/auth/login', { body: { email, password } })),
    end: nothing,
  },
  streams: {
    what: 'the table of operation events goes away while twenty listen',
    repeats: true,
    begin: async (at) => {
      at.model.always({ hang: true })
      const { body } = await order(at)
      const url = `${at.api.origin}/api/v1/operations/${body.id}/events`
      const headers = { authorization: `Bearer ${at.person.token}` }
      const open = await Promise.all(Array.from({ length: 20 }, () => fetch(url, { headers })))
      await tableAway('ai', 'operation_events').begin(at)
      await at.databases.ai.query(`select pg_notify('operation_events', $1)`, [body.id])
      await Promise.allSettled(open.map((response) => response.text()))
      await tableAway('ai', 'operation_events').end(at)
      await at.person.post(`/operations/${body.id}/cancel`)
    },
    end: async (at) => {
      await tableAway('ai', 'operation_events').end(at)
      at.model.always({})
    },
  },
  exports: {
    what: 'a person wants the files of eighty scenarios at once',
    begin: async ({ person }) => {
      const content = `${BRIEF}\n\n`.repeat(40)
      const made = await Promise.all(
        Array.from({ length: 80 }, (_, i) => person.post('/scenarios', { title: `Ролик ${i}`, content })),
      )
      await times(80, (i) => person.get(`/scenarios/${made[i]?.body.id}/export?format=pdf`))
    },
    end: nothing,
  },
  refresh: {
    what: 'five refresh tokens are used twice',
    begin: async ({ api }) =>
      times(5, async () => {
        const { refresh_token } = await api.register()
        const body = { refresh_token }
        const first = await api.call('POST', '/auth/refresh', { body })
        await api.call('POST', '/auth/refresh', { body: { refresh_token: first.body.refresh_token } })
        await api.call('POST', '/auth/refresh', { body })
      }),
    end: nothing,
  },
  guesses: {
    what: 'somebody tries passwords, sixty at once',
    repeats: true,
    begin: async ({ api, person: { email } }) =>
      times(60, () => api.call('POST', '/auth/login', { body: { email, password: 'not this one 42' } })),
    end: nothing,
  },
  model: { what: 'the provider does not know our key any more', ...answers({ status: 401 }, 5) },
  'slow-model': { what: 'the model needs 21 s to its first word', ...answers({ delayMs: 21_000 }, 6) },
  nonsense: { what: 'the model answers nonsense', ...answers({ content: '{"no": "script"}' }, 4) },
  refusals: { what: 'the model refuses', ...answers({ refusal: 'no' }, 4) },
  budget: {
    what: 'a person whose month is spent orders 25 times',
    begin: async (at) => {
      const poor = await at.api.register()
      await at.databases.ai.query(
        `insert into budgets (owner_id, period, committed_micros) values ($1, to_char(now() at time zone 'utc', 'YYYY-MM'), 9000000000000000)`,
        [poor.id],
      )
      await times(25, () => poor.post('/ai/generate', { brief: BRIEF, target_duration_s: 30 }))
    },
    end: nothing,
  },
}

function sinceOfKeys({ dataDir }: Installation, since: Date): void {
  const path = join(dataDir, 'keys', 'access-token.json')
  const file = JSON.parse(readFileSync(path, 'utf8')) as { keys: { since: string }[] }
  for (const key of file.keys) key.since = since.toISOString()
  writeFileSync(path, JSON.stringify(file))
}
