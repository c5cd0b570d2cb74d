import { beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import type { Reply } from '../../support/http.ts'
import { BRIEF, withModel, writeThermos } from '../../support/with-model.ts'

const app = withModel()
const finished = (id: string) => app.system.api.finished(id, app.person.token)
const titles = (body: object, headers: Record<string, string> = {}) =>
  app.person.post('/ai/generate/title', body, { headers })

describe('titles', () => {
  test.each([{}, { brief: BRIEF, scenario_id: randomUUID() }, { brief: BRIEF, count: 11 }])(
    'are refused for %j',
    async (body) => expect((await titles(body)).status).toBe(422),
  )

  describe('with an Idempotency-Key', () => {
    const headers = { 'idempotency-key': randomUUID() }
    let first: Reply
    let asked: number
    beforeAll(async () => {
      app.model.always({})
      first = await titles({ brief: BRIEF, count: 3 }, headers)
      asked = app.model.requests.length
    })

    test('come at once, as many as were asked for, each with its length', () => {
      expect(first.status).toBe(200)
      expect(first.body.titles).toHaveLength(3)
      for (const { text, chars } of first.body.titles) expect([...text]).toHaveLength(chars)
      expect(new Set(first.body.titles.map((t: { text: string }) => t.text)).size).toBe(3)
      expect(asked).toBe(1)
    })

    test('asked for again are the same, and no model is asked', async () => {
      const again = await titles({ brief: BRIEF, count: 3 }, headers)
      expect(again).toMatchObject({ status: 200, body: first.body })
      expect(again.headers.get('idempotent-replayed')).toBe('true')
      expect(app.model.requests).toHaveLength(0)
    })

    test('stand in their operation too', async () => {
      expect(await finished(first.body.operation_id)).toMatchObject({
        kind: 'title',
        result: { titles: first.body.titles },
      })
    })
  })

  test('are written for a scenario from its words', async () => {
    const base = await writeThermos(app.person)
    expect((await titles({ scenario_id: base.id })).status).toBe(200)
    expect(app.model.requests[0]!.raw).toContain('Слова: Вторая')
  })

  test('can be left to an operation', async () => {
    const reply = await titles({ brief: BRIEF }, { prefer: 'respond-async' })
    expect(reply).toMatchObject({ status: 202, body: { kind: 'title' } })
    expect((await finished(reply.body.id)).result.titles.length).toBeGreaterThan(0)
  })

  test('of a provider that fails while one waits are 502 with its code', async () => {
    app.model.always({ refusal: 'no' })
    expect(await titles({ brief: BRIEF })).toMatchObject({ status: 502, body: { code: 'ai.refused', status: 502 } })
  })
})
