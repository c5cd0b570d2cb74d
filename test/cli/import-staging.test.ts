import { DatabaseSync } from 'node:sqlite'
import { expect, test } from '@jest/globals'
import { createStaging } from '../../cli/import/staging.ts'

/** Keeps what it is asked. */
class Asked extends DatabaseSync {
  readonly questions = new Set<string>()
  override prepare(sql: string) {
    if (/^\s*select/i.test(sql)) this.questions.add(sql)
    return super.prepare(sql)
  }
}

const moment = { created_at: null, updated_at: null }
const script = (id: number) => ({
  id,
  title: 't',
  content: 'c',
  description: null,
  status: 'draft',
  user_id: 1,
  ...moment,
})

function filled(db: DatabaseSync) {
  const staging = createStaging(db)
  staging.add('users', { id: 1, username: 'u', email: 'e', phone_number: null, hashed_pwd: null }, 0)
  for (const id of [3, 1, 2]) staging.add('scenarios', script(id), id)
  for (const [id, name] of [
    [1, 'а'],
    [2, null],
    [3, 'б'],
  ] as const)
    staging.add('tags', { id, name }, id)
  for (const tag_id of [3, 2, 1]) staging.add('scenario_tags', { scenario_id: 2, tag_id }, tag_id)
  staging.add('comments', { id: 5, content: 'x', scenario_id: 2, user_id: 1, parent_id: null, created_at: null }, 0)
  staging.add('scenario_shares', { scenario_id: 2, user_id: 1, permission: 'view' }, 0)
  return staging
}

test('no question walks a table for each row of another: a million scripts are asked about one by one', () => {
  const db = new Asked('')
  using staging = filled(db)
  staging.begin()
  for (const one of [staging.users(), staging.scenarios(), staging.comments(), staging.shares(), staging.rejected()])
    expect([...one]).toBeDefined()
  staging.came('users', 1, 'new', 0)
  expect(staging.newId('users', 1)).toEqual({ id: 'new', at_ms: 0 })
  expect(staging.ownerOf(2)).toBe('new')
  for (const kind of ['users', 'scenarios', 'comments'] as const) expect(staging.has(kind, '99')).toBe(false)
  expect(staging.has('shares', '2/1')).toBe(true)
  expect(db.questions.size).toBeGreaterThan(8)
  for (const question of db.questions) {
    const plan = db
      .prepare(`explain query plan ${question}`)
      .all()
      .map(({ detail }) => String(detail))
    // A pass over a table as a whole is one line; what a row is looked up by is another kind of line.
    const walked = plan.filter((line) => /^SCAN \w/.test(line))
    expect([
      question,
      walked.length <= (question.includes('?') ? 0 : 1),
      plan.some((line) => /TEMP B-TREE/.test(line)),
    ]).toEqual([question, true, false])
  }
})

test('rows come in the order of their old numbers, with their tags in theirs', () => {
  using staging = filled(new DatabaseSync(''))
  const scenarios = [...staging.scenarios()]
  expect(scenarios.map(({ id, tags, nameless_tags }) => [id, tags, nameless_tags])).toEqual([
    [1, [], 0],
    [2, ['а', 'б'], 1],
    [3, [], 0],
  ])
})

test('a second run of the same rows begins without what the first decided', () => {
  using staging = filled(new DatabaseSync(''))
  for (const _ of ['dry', 'run']) {
    staging.begin()
    expect(staging.claim('email', 'a@b.c')).toBe(true)
    expect(staging.claim('email', 'a@b.c')).toBe(false)
    expect(staging.newId('users', 1)).toBeUndefined()
    staging.came('users', 1, 'new', 0)
  }
})
