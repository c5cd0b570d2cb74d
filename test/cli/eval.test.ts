import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createDemoProvider } from '../../activities/ai/demo.ts'
import { ProviderFailure, type ScriptProvider } from '../../activities/ai/provider.ts'
import { readBriefs } from '../../cli/eval/briefs.ts'
import { evaluate } from '../../cli/eval/evaluate.ts'
import { evalTable } from '../../cli/eval/table.ts'
import { KINDS } from '../../script/script.ts'

const SET = new URL('../../examples/eval/briefs.json', import.meta.url)
const GOLDEN = new URL('golden/eval-demo.txt', import.meta.url)
const demo = createDemoProvider({ latencyMs: 0 })
const run = (provider: ScriptProvider, briefs = readBriefs(SET)) =>
  evaluate(briefs, { provider, repairRounds: 2, callMs: 5_000, say: () => {} })

describe('the evaluation', () => {
  test('has 30 briefs and more, of every kind, in Russian and English', () => {
    const briefs = readBriefs(SET)
    expect(new Set(briefs.map((b) => b.name)).size).toBeGreaterThanOrEqual(30)
    for (const kind of KINDS)
      for (const language of ['ru', 'en'])
        expect(briefs.filter((b) => b.request.kind === kind && b.request.language === language)).not.toEqual([])
  })

  test('of the demo provider says the same as ever', async () => {
    expect(`${evalTable(await run(demo), undefined)}\n`).toBe(readFileSync(GOLDEN, 'utf8'))
  })

  test('shows the run before, and which checks got better or worse', async () => {
    const briefs = readBriefs(SET).slice(0, 2)
    const now = await run(demo, briefs)
    const [first] = now.briefs
    const worse = { ...first!, scores: { ...first!.scores, hook: { pass: false, score: 0 } } }
    const table = evalTable(now, { ...now, briefs: [worse] })
    expect(table).toMatch(/^hook +100 % +0 % ▲$/m)
    expect(table).toMatch(new RegExp(`^${briefs[1]!.name} .* new`, 'm'))
    expect(evalTable({ ...now, briefs: [worse] }, now)).toMatch(/^hook +0 % +100 % ▼$/m)
  })

  test('goes on after a brief that got no script, and shows why', async () => {
    const refusal = new ProviderFailure('ai.refused', 'refused', { reason: 'refused', retryable: false })
    const briefs = readBriefs(SET).slice(0, 2)
    let asked = 0
    const moody: ScriptProvider = {
      ...demo,
      ask: (task, listening) => (asked++ === 0 ? Promise.reject(refusal) : demo.ask(task, listening)),
    }
    const { briefs: results } = await run(moody, briefs)
    expect(results.map((b) => b.error)).toEqual(['ai.refused', null])
    expect(evalTable({ provider: 'x', model: 'y', at: '', briefs: results }, undefined)).toContain(
      'no script: ai.refused',
    )
  })
})
