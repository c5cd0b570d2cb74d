import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { argon2id, hash } from 'argon2'
import { randomOf } from '../exports/random.ts'
import { ifMatch } from '../support/scenarios.ts'
import { startSystem, type System } from '../support/system.ts'
import { importRows, type Monolith, type Row, type Told } from './monolith.ts'

const PASSWORD = 'старый пароль 12'
let system: System
let folder: string
let hashed: string
beforeAll(async () => {
  system = await startSystem({ relays: false })
  folder = await mkdtemp(join(tmpdir(), 'scenor-random-'))
  hashed = await hash(PASSWORD, { type: argon2id, memoryCost: 8_192, timeCost: 2, parallelism: 1 })
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
  await system.stop()
})

/** Texts that a table without limits has after a few years. */
const TEXTS = [
  null,
  '',
  '   ',
  'Слово',
  'Раз.\n\nДва.\r\n\r\nТри.',
  'a\u0000b',
  'a\u000bb\u000cc\u0085d\u2028e\u2029f',
  '\ud800 половина',
  '\u200b\u202eневидимое',
  'e\u0301 и\u0306',
  '👩‍👩‍👧‍👦'.repeat(60),
  '<script>alert(1)</script>',
  'ё'.repeat(700),
  '(пауза 3 с) [смех] Диктор: слово',
  "'; drop table scenarios; --",
  '1. раз\n# два',
  '\u0001\u001f',
]
const EMAILS = [
  'Anna@Ex.test',
  'anna@ex.test',
  ' anna@ex.test',
  'no address',
  '',
  null,
  'ю@ex.test',
  `${'x'.repeat(90)}@ex.test`,
]
const NAMES = [null, '', 'x', 'anna', 'Anna', 'ANNA', 'Яна Ким', '...', 'a'.repeat(90), 'user1', 'анна-1']
const PHONES = [null, '', '89161234567', '+7 916 123-45-67', 'нет', '12']
const PERMISSIONS = ['view', 'comment', 'edit', 'admin', null, 'EDIT']
const MOMENTS = [null, '2025-05-01 10:00:00', '2025-05-01T10:00:00.5+03', '0001-01-01', 'вчера', '2999-01-01']

interface Chance {
  below(n: number): number
  of<T>(from: readonly T[]): T
}
function chanceOf(seed: number): Chance {
  const random = randomOf(seed)
  const below = (n: number) => Math.floor(random() * n)
  return { below, of: (from) => from[below(from.length)]! }
}

/** An old database that nobody has looked after: the same for the same seed. */
function randomMonolith(seed: number): Monolith {
  const { below, of } = chanceOf(seed)
  const rows = (most: number, row: (id: number) => Row) => Array.from({ length: 2 + below(most) }, (_, i) => row(i + 1))
  // Mostly there, sometimes of nobody, of one that is not there, or no number.
  const some = (most: number) => of([1 + below(most), 1 + below(most), 1 + below(most), 99, null, '2', 'x'])
  const own = (id: number) => of([id, id, id, id, id - 1, null])
  return {
    users: [
      ...rows(7, (id) => ({
        id: own(id),
        username: of(NAMES),
        email: of([...EMAILS, `p${id}-${seed}@ex.test`, `P${id}-${seed}@Ex.test`, `p1-${seed}@ex.test`]),
        phone_number: of(PHONES),
        hashed_pwd: of([hashed, hashed, null, 'md5']),
      })),
      { id: 50, username: `owner${seed}`, email: `owner-${seed}@ex.test`, phone_number: null, hashed_pwd: hashed },
    ],
    scenarios: rows(9, (id) => ({
      id: own(id),
      title: of(TEXTS),
      content: of(TEXTS),
      description: of(TEXTS),
      status: of(['draft', 'completed', 'weird', null]),
      user_id: of([some(7), 50, 50]),
      created_at: of(MOMENTS),
      updated_at: of(MOMENTS),
    })),
    tags: rows(6, (id) => ({ id: own(id), name: of(TEXTS) })),
    scenario_tags: rows(14, () => ({ scenario_id: some(9), tag_id: some(6) })),
    comments: rows(14, (id) => ({
      id: own(id),
      content: of(TEXTS),
      scenario_id: some(9),
      user_id: of([some(7), 50]),
      parent_id: some(14),
      created_at: of(MOMENTS),
    })),
    scenario_shares: rows(10, () => ({
      scenario_id: some(9),
      user_id: of([some(7), 50]),
      permission: of(PERMISSIONS),
    })),
  }
}

/** The same some months later: rows went, came and changed. */
function later(rows: Monolith, seed: number): Monolith {
  const other = randomMonolith(seed)
  const { below } = chanceOf(seed)
  return Object.fromEntries(
    Object.entries(rows).map(([table, old]) => [
      table,
      old.flatMap((row, i): Row[] => {
        const now = other[table as keyof Monolith]![i]
        const what = table === 'users' && row['id'] === 50 ? 4 : below(8)
        if (what === 0) return []
        return what === 1 && now ? [{ ...now, id: row['id'] }] : [row]
      }),
    ]),
  )
}

const counted = ({ table }: Told): Record<string, Record<string, number>> =>
  Object.fromEntries(
    table.split('\n').map((line) => {
      const [kind = '', ...rest] = line.split(/\s+/)
      return [
        kind,
        Object.fromEntries(
          rest
            .join(' ')
            .split(', ')
            .map((part) => part.split(' ').toReversed()),
        ),
      ]
    }),
  )
const SEEDS = Array.from({ length: 12 }, (_, i) => i + 1)

test.each(SEEDS)(
  'neglected monolith %i: dry runs tell what runs do, every row is accounted for, nothing comes twice, and what came can be saved',
  async (seed) => {
    const once = (rows: Monolith, write: boolean) =>
      importRows(join(folder, `${seed}.json`), rows, { databases: system.databases, source: `random${seed}`, write })
    const first = randomMonolith(seed)
    for (const rows of [first, later(first, seed + 1_000), later(first, seed + 2_000)]) {
      const dry = await once(rows, false)
      const done = await once(rows, true)
      expect(done).toEqual(dry)
      const counts = counted(done)
      const sum = (kind: string) =>
        ['new', 'changed', 'there', 'skipped'].reduce((n, word) => n + Number(counts[kind]![word]), 0)
      const gone = (kind: string) =>
        done.lines.filter((line) => line.includes(` ${kind} `) && /no longer in the monolith|was taken back/.test(line))
          .length
      for (const kind of ['users', 'scenarios', 'comments'] as const)
        expect([kind, sum(kind) - gone(kind)]).toEqual([kind, rows[kind]!.length])
      const again = await once(rows, true)
      expect(Object.values(counted(again)).map((words) => [words['new'], words['changed']])).toEqual(
        Object.keys(counted(again)).map(() => ['0', '0']),
      )
    }
    const email = `owner-${seed}@ex.test`
    const { body } = await system.api.call('POST', '/auth/login', { body: { email, password: PASSWORD } })
    const token = body.access_token as string
    const { items } = (await system.api.call('GET', '/scenarios?limit=100', { token })).body
    for (const { id } of items) {
      const read = (await system.api.call('GET', `/scenarios/${id}`, { token })).body
      const { title, description, status, tags, language, scenes } = read
      const sent = { title, description, status, tags, language, scenes }
      const saved = await system.api.call('PUT', `/scenarios/${id}`, { token, body: sent, ...ifMatch('*') })
      expect(saved).toMatchObject({ status: 200, body: sent })
    }
  },
)
