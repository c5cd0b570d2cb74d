import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { createChain } from '../../llm/chain.ts'
import { createOpenAiProvider } from '../../llm/openai.ts'
import { MAX_SPENT, ProviderFailure, type CallEnd, type ScriptProvider } from '../../llm/provider.ts'
import { ProviderList } from '../../llm/settings.ts'
import { failing, SCRIPT_TASK } from '../support/ask-model.ts'
import { chunk, GOOD, STREAM, USELESS } from '../support/model-behaviours.ts'
import { startModelServer, type Behaviour, type ModelServer } from '../support/model-server.ts'

/** Money is the limit, not the reason: an order is asked for as the activity asks, over one provider and over chains. */
const PATIENT = { connect_ms: 5_000, first_token_ms: 15_000, idle_ms: 15_000, total_ms: 30_000 }
/** For servers that fall silent on purpose alone: on a busy machine an answer that is on its way takes longer. */
const IMPATIENT = { connect_ms: 10_000, first_token_ms: 4_000, idle_ms: 700, total_ms: 5_000 }
const fallsSilent = (behaviour: Behaviour) => Boolean(behaviour.open ?? behaviour.hang ?? behaviour.endless)
/** An order that does not end by itself. */
const FOR_EVER = 7

let servers: ModelServer[]
beforeAll(async () => {
  servers = await Promise.all([1, 2, 3].map(startModelServer))
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
})
afterEach(() => servers.forEach((server) => server.reset()))

/** A provider each; those at the places of `silent` are not waited for as long. */
const chainOf = (
  count: number,
  { silent = [], ...extra }: { silent?: number[]; endpoint?: string } = {},
): ScriptProvider => {
  const entries = servers
    .slice(0, count)
    .map(({ url }, i) => ({ name: `p${i + 1}`, base_url: url, model: 'm', ...extra }))
  return createChain(
    ProviderList.parse(JSON.stringify(entries)).map((settings, i) =>
      createOpenAiProvider(settings, silent.includes(i) ? IMPATIENT : PATIENT),
    ),
  )
}
const silentOf = (behaviours: Behaviour[]) => behaviours.flatMap((behaviour, i) => (fallsSilent(behaviour) ? [i] : []))

/** Asks until the order has its answer or its end, waits left out. */
async function order(by: ScriptProvider) {
  const calls: (readonly [provider: string, outcome: CallEnd['outcome']])[] = []
  const shown: string[] = []
  let text = ''
  let spent = 0
  let end = 'for ever'
  for (let attempt = 1; attempt <= FOR_EVER && end === 'for ever'; attempt++) {
    try {
      await by.ask(SCRIPT_TASK, {
        signal: new AbortController().signal,
        maxSpent: MAX_SPENT - spent,
        onText: (piece) => (text += piece),
        onReset: () => {
          shown.push(text)
          text = ''
        },
        onCall: async ({ provider }) => ({
          kept: async () => {},
          end: async ({ outcome }) => void calls.push([provider, outcome]),
        }),
      })
      end = 'written'
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error
      spent += error.spent
      if (error.isFinal(spent)) end = error.code
    }
  }
  return { end, spent, calls, outcomes: calls.map(([, outcome]) => outcome), shown: [...shown, text] }
}

const half = GOOD.slice(0, 200)
const whole = JSON.stringify({ model: 'm', choices: [{ index: 0, message: { content: GOOD }, finish_reason: 'stop' }] })
const responsesDelta = (type: string, delta: string) => ({ type, delta })
const NO_STREAM = failing(400, { error: { message: 'Streaming is not supported', param: 'stream' } })

describe('what was received and is of no use ends an order after three calls', () => {
  test.each<[string, Behaviour, { endpoint?: string }?]>([
    ...Object.entries(USELESS).map(([name, behaviour]): [string, Behaviour] => [name, behaviour]),
    ['a role, and silence', { events: [chunk({ role: 'assistant', content: '' })], open: true }],
    ['a role, and a broken connection', { events: [chunk({ role: 'assistant' })], disconnect: 'after_headers' }],
    ['headers, and silence', { headers: STREAM, body: '', open: true }],
    ['half a body that is no stream, and silence', { body: whole.slice(0, 300), open: true }],
    [
      'half a body that is no stream, and a broken connection',
      { body: whole.slice(0, 900), disconnect: 'after_headers' },
    ],
    [
      'half an event, and a broken connection',
      { events: [`data: ${JSON.stringify(chunk({ content: half })).slice(0, 150)}`], disconnect: 'after_headers' },
    ],
    [
      'thoughts as details (OpenRouter), and silence',
      { events: [chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'Надо подумать.' }] })], open: true },
    ],
    [
      'thoughts as a part (Mistral), and silence',
      { events: [chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] }] })], open: true },
    ],
    [
      'half the arguments of a call, and a broken connection',
      {
        events: [chunk({ tool_calls: [{ index: 0, function: { name: 'script', arguments: half } }] }), chunk({})],
        disconnect: 'after_headers',
      },
    ],
    [
      'half an answer, and an error',
      { events: [chunk({ content: half }), { error: { message: 'upstream', code: 502 } }] },
    ],
    ['half an answer, and its end by resources', { content: half, finish: 'insufficient_system_resource' }],
    ['half an answer, and a clean end', { events: [chunk({ content: half })] }],
    [
      'thoughts and no answer',
      { events: [chunk({ reasoning_content: 'Hm.' }), chunk({}, 'stop'), 'data: [DONE]\n\n'] },
    ],
    ['an empty answer that is counted', { content: '' }],
    ['another language of data', { content: 'title: Термос\nscenes:\n  - heading: Чай' }],
    ['a script without words', { content: '{"title":"Т","scenes":[{"heading":"Т","rows":[]}]}' }],
    ['its own schema', { content: '{"type":"object","properties":{"title":{"type":"string"}}}' }],
    [
      'responses: half, and silence',
      { events: [responsesDelta('response.output_text.delta', half)], open: true },
      { endpoint: 'responses' },
    ],
    [
      'responses: thoughts, and a broken connection',
      { events: [responsesDelta('response.reasoning_text.delta', 'Hm.'), ': \n\n'], disconnect: 'after_headers' },
      { endpoint: 'responses' },
    ],
  ])('%s', async (_, behaviour, extra = {}) => {
    servers[0]!.always(behaviour)
    const { end, spent, calls } = await order(chainOf(1, { ...extra, silent: silentOf([behaviour]) }))
    expect({ spent, calls: calls.length }).toEqual({ spent: 3, calls: 3 })
    expect(end).toMatch(/^ai\.(timeout|provider_unavailable|output_invalid)$/)
    expect(servers[0]!.requests).toHaveLength(3)
  })

  test('whatever each of them failed by', async () => {
    servers[0]!.plan(
      { events: [chunk({ content: half })], open: true },
      { content: 'Вот идея.' },
      { content: half, finish: 'length' },
    )
    servers[0]!.always({ content: GOOD })
    expect(await order(chainOf(1, { silent: [0] }))).toMatchObject({
      end: 'ai.output_invalid',
      outcomes: ['timeout', 'malformed', 'truncated'],
    })
  })

  test('outages in between neither count nor begin the count anew', async () => {
    const [useless, down]: [Behaviour, Behaviour] = [{ content: 'Вот идея.' }, { status: 503 }]
    servers[0]!.plan(down, useless, down, useless, down, useless)
    servers[0]!.always({ content: GOOD })
    const { end, outcomes } = await order(chainOf(1))
    expect(end).toBe('ai.output_invalid')
    expect(outcomes.filter((outcome) => outcome === 'malformed')).toHaveLength(3)
  })

  test('an answer that comes in one piece and not in time was being written all the while', async () => {
    servers[0]!.always(({ body }) => (body.stream ? NO_STREAM : { hang: true }))
    const { end, outcomes } = await order(chainOf(1, { silent: [0] }))
    expect(end).toBe('ai.timeout')
    expect(outcomes).toEqual(['bad_request', 'timeout', 'timeout', 'timeout'])
  })
})

describe('what nothing was received of is waited out', () => {
  test.each<[string, Behaviour]>([
    ['no headers', { hang: true }],
    ['a connection that ends before them', { disconnect: 'before_headers' }],
    ['an outage', { status: 502 }],
    ['a limit of rate within 200', { json: { error: { code: 429, message: 'slow down' } } }],
    [
      'nothing but remarks of a gateway, and an error',
      { headers: STREAM, body: ': OPENROUTER PROCESSING\n\ndata: {"error":{"code":503,"message":"busy"}}\n\n' },
    ],
  ])('%s', async (_, behaviour) => {
    servers[0]!.always(behaviour)
    expect(await order(chainOf(1, { silent: silentOf([behaviour]) }))).toMatchObject({ end: 'for ever', spent: 0 })
  })
})

describe('over a chain', () => {
  const useless: Behaviour = { content: 'Вот идея.' }
  const silent: Behaviour = { events: [chunk({ content: '{"title":"Первый' })], open: true }
  const cut: Behaviour = { events: [chunk({ content: half }), chunk({ content: half })], disconnect: 'after_headers' }
  test.each<[string, Behaviour[], string, string[]]>([
    [
      'half and silence, half and a cut, then good',
      [silent, cut, { content: GOOD }],
      'written',
      ['timeout', 'connection', 'stop'],
    ],
    [
      'a limit of rate, no money, then good',
      [{ status: 429 }, { status: 402 }, { content: GOOD }],
      'written',
      ['rate_limited', 'quota', 'stop'],
    ],
    [
      'a wrong key, a page of HTML, then good',
      [{ status: 401 }, { body: '<html></html>' }, { content: GOOD }],
      'written',
      ['rejected', 'rejected', 'stop'],
    ],
    [
      'a prompt too long for the first',
      [failing(400, { error: { message: 'prompt is too long' } }), { content: GOOD }, useless],
      'written',
      ['bad_request', 'stop'],
    ],
    [
      'thoughts alone, white space, then good',
      [{ events: [chunk({ thinking: 'Hm.' }), chunk({}, 'length')] }, { content: ' \n' }, { content: GOOD }],
      'written',
      ['empty', 'empty', 'stop'],
    ],
    [
      'an error within half an answer, another shape, then good',
      [{ events: [chunk({ content: half }), { error: 'gone' }] }, { content: '{"scenes":[]}' }, { content: GOOD }],
      'written',
      ['server_error', 'invalid', 'stop'],
    ],
    [
      'an answer too long, an empty body, then good',
      [{ content: half, finish: 'MAX_TOKENS' }, { body: '' }, { content: GOOD }],
      'written',
      ['truncated', 'malformed', 'stop'],
    ],
    [
      'a refusal of the second is the end',
      [{ status: 500 }, { finish: 'content_filter', content: '' }, { content: GOOD }],
      'ai.refused',
      ['server_error', 'refused'],
    ],
    ['useless each', [useless, silent, cut], 'ai.provider_unavailable', ['malformed', 'timeout', 'connection']],
    [
      'an outage of the second, useless else',
      [useless, { status: 503 }, useless],
      'ai.output_invalid',
      ['malformed', 'server_error', 'malformed', 'malformed'],
    ],
    [
      'two that take no schema',
      [
        failing(400, { error: { message: 'response_format is not supported' } }),
        failing(422, { detail: [{ msg: 'Extra inputs are not permitted', loc: ['body', 'response_format'] }] }),
        { content: GOOD },
      ],
      'written',
      ['stop'],
    ],
  ])('%s', async (_, behaviours, end, outcomes) => {
    behaviours.forEach((behaviour, i) => servers[i]!.always(behaviour))
    const ended = await order(chainOf(3, { silent: silentOf(behaviours) }))
    expect(ended.end).toBe(end)
    const paid = ended.outcomes.filter((outcome) => outcome !== 'bad_request' || outcomes.includes('bad_request'))
    expect(paid.slice(0, outcomes.length)).toEqual(outcomes)
    expect(paid).toHaveLength(outcomes.length)
    expect(ended.spent).toBeLessThanOrEqual(MAX_SPENT)
  })

  test('each text begins anew, and only what is good stays', async () => {
    servers[0]!.always(silent)
    servers[1]!.always(cut)
    servers[2]!.always({ content: GOOD })
    const { shown } = await order(chainOf(3, { silent: [0] }))
    expect(shown).toEqual(['{"title":"Первый', expect.stringMatching(/^\{"title":"Термос/), GOOD])
    expect(shown[1]!.length).toBeLessThan(GOOD.length)
  })

  test('one without money is left out of the next order', async () => {
    servers[0]!.always({ status: 402 })
    servers[1]!.always({ content: GOOD })
    const by = chainOf(2)
    await order(by)
    expect((await order(by)).calls).toEqual([['p2', 'stop']])
  })
})
