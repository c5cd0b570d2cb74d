import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { createDemoProvider } from '../../llm/demo.ts'
import { ProviderFailure, type ScriptProvider } from '../../llm/provider.ts'
import { readBriefs } from '../../cli/eval/briefs.ts'
import { evaluate } from '../../cli/eval/evaluate.ts'
import { evalTable } from '../../cli/eval/table.ts'
import { KINDS, PLATFORMS } from '../../script/script.ts'

const SET = new URL('../../examples/eval/briefs.json', import.meta.url)
const GOLDEN = new URL('golden/eval-demo.txt', import.meta.url)
const demo = createDemoProvider({ latencyMs: 0 })
const run = (provider: ScriptProvider, briefs = readBriefs(SET)) =>
  evaluate(briefs, { provider, repairRounds: 2, callMs: 5_000, say: () => {} })

describe('the evaluation', () => {
  test('has 100 briefs, half in Russian, of every kind and platform, 20 that need a mark and 20 that must have none', () => {
    const briefs = readBriefs(SET)
    expect(new Set(briefs.map((b) => b.name)).size).toBe(100)
    for (const kind of KINDS)
      for (const language of ['ru', 'en'])
        expect(briefs.filter((b) => b.request.kind === kind && b.request.language === language)).not.toEqual([])
    for (const platform of PLATFORMS) expect(briefs.filter((b) => b.request.platform === platform)).not.toEqual([])
    const russian = briefs.filter((b) => b.request.language === 'ru').length
    expect(Math.abs(russian - 50)).toBeLessThanOrEqual(5)
    for (const mark of [true, false]) expect(briefs.filter((b) => b.mark === mark)).toHaveLength(20)
  })

  test('counts a mark that is missing, and one that nobody needs', async () => {
    const [needed] = readBriefs(SET).filter((b) => b.mark === true)
    const [plain] = readBriefs(SET).filter((b) => b.mark === false)
    const wrong = [
      { ...needed!, request: { ...needed!.request, brief: plain!.request.brief } },
      { ...plain!, request: { ...plain!.request, kind: 'ad' as const } },
    ]
    const table = evalTable(await run(demo, [needed!, plain!, ...wrong]), undefined)
    expect(table).toMatch(/^mark as the law wants +2 of 4$/m)
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
      ask: (task, options) => (asked++ === 0 ? Promise.reject(refusal) : demo.ask(task, options)),
    }
    const { briefs: results } = await run(moody, briefs)
    expect(results.map((b) => b.error)).toEqual(['ai.refused', null])
    expect(evalTable({ provider: 'x', model: 'y', at: '', briefs: results }, undefined)).toContain(
      'no script: ai.refused',
    )
  })
})
