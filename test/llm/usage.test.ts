import { describe, expect, test } from '@jest/globals'
import { askModel, misbehaving, SCRIPT_TASK } from '../support/ask-model.ts'
import { chunk, GOOD, STREAM } from '../support/model-behaviours.ts'
import type { Behaviour } from '../support/model-server.ts'

/** What an answer used, wherever and however servers count it; what nobody counted is estimated, what is no answer is nothing. */
const model = misbehaving()

async function end(behaviour: Behaviour, extra: object = {}) {
  model.server.always(behaviour)
  const { ended } = await askModel(SCRIPT_TASK, model.provider(extra))
  expect(ended).toHaveLength(1)
  return ended[0]!
}
const DONE = 'data: [DONE]\n\n'
const answer = chunk({ content: GOOD })
const stop = (rest: object = {}): object => chunk({}, 'stop', rest)
const counted = (prompt_tokens: unknown, completion_tokens: unknown, rest: object = {}) => ({
  usage: { prompt_tokens, completion_tokens, ...rest },
})
const alone = (usage: object): object => ({ choices: [], ...usage })
const thoughts = (length: number): object => chunk({ reasoning_content: 'x'.repeat(length) })

test.each<[string, readonly unknown[], number | null, number | null]>([
  ['in a chunk of its own', [answer, stop(), alone(counted(12, 34)), DONE], 12, 34],
  ['with the end', [answer, stop(counted(12, 34)), DONE], 12, 34],
  [
    'in the choice (Moonshot)',
    [answer, { choices: [{ index: 0, delta: {}, finish_reason: 'stop', ...counted(12, 34) }] }, DONE],
    12,
    34,
  ],
  ['in a field of its own (Groq)', [answer, stop({ x_groq: { id: 'r', ...counted(12, 34) } }), DONE], 12, 34],
  [
    'with each event, growing (DashScope)',
    [chunk({ content: GOOD }, null, counted(12, 3)), stop(counted(12, 34)), DONE],
    12,
    34,
  ],
  ['with zeros after it', [answer, stop(counted(12, 34)), alone(counted(0, 0)), DONE], 12, 34],
  ['with null after it', [answer, stop(counted(12, 34)), alone({ usage: null }), DONE], 12, 34],
  ['by the names of Anthropic', [answer, stop({ usage: { input_tokens: 12, output_tokens: 34 } }), DONE], 12, 34],
  ['as text', [answer, stop(counted('12', '34')), DONE], 12, 34],
  ['of what was read alone', [answer, stop(counted(12, undefined)), DONE], 12, null],
  [
    'thoughts in the total alone (xAI)',
    [
      thoughts(400),
      answer,
      stop(counted(12, 34, { total_tokens: 146, completion_tokens_details: { reasoning_tokens: 100 } })),
      DONE,
    ],
    12,
    134,
  ],
  [
    'thoughts among the written (OpenAI)',
    [answer, stop(counted(12, 134, { total_tokens: 146, completion_tokens_details: { reasoning_tokens: 100 } })), DONE],
    12,
    134,
  ],
  ['without the thoughts that came', [thoughts(5_000), answer, stop(counted(12, 34)), DONE], 12, 34 + 2_000],
  ['parts of a token', [answer, stop(counted(12.5, 34.5)), DONE], null, null],
  ['more than there can be', [answer, stop(counted(12, 9_999_999_999)), DONE], 12, null],
  ['as not a number', [answer, stop(counted('NaN', 'Infinity')), DONE], null, null],
  ['as a list', [answer, stop({ usage: [12, 34] }), DONE], null, null],
  ['as nothing', [answer, stop({ usage: {} }), DONE], null, null],
])('counted %s', async (_, events, input_tokens, output_tokens) => {
  // Of which some were thought, or were in a cache: that is told apart besides.
  const { cached_tokens: _cached, thinking_tokens: _thinking, ...counted } = (await end({ events })).usage
  expect(counted).toEqual({ input_tokens, output_tokens })
})

test.each<[string, Behaviour, object?]>([
  [
    'of the responses',
    {
      events: [
        { type: 'response.output_text.delta', delta: GOOD },
        {
          type: 'response.completed',
          response: {
            status: 'completed',
            output: [],
            usage: { input_tokens: 12, output_tokens: 34, total_tokens: 46 },
          },
        },
      ],
    },
    { endpoint: 'responses' },
  ],
  [
    'of the responses, whole',
    {
      json: {
        object: 'response',
        status: 'completed',
        output: [{ type: 'message', content: [{ type: 'output_text', text: GOOD }] }],
        usage: { input_tokens: 12, output_tokens: 34 },
      },
    },
    { endpoint: 'responses' },
  ],
  [
    'in a whole body',
    {
      json: {
        choices: [{ message: { content: GOOD }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 12, completion_tokens: 34 },
      },
    },
  ],
])('counted at the end %s', async (_, behaviour, extra = {}) => {
  expect((await end(behaviour, extra)).usage).toEqual({ input_tokens: 12, output_tokens: 34 })
})

describe('a body that is no answer is none, whatever its length', () => {
  test.each<[string, Behaviour]>([
    ['nothing', { body: '' }],
    ['an object of something else', { json: { hello: 'world' } }],
    ['no choices', { json: { choices: null } }],
    ['an empty list of choices', { json: { choices: [] } }],
    ['null', { body: 'null' }],
    ['a list', { body: '[]' }],
    ['a text', { body: '"ok"' }],
    ['words', { headers: { 'content-type': 'text/plain' }, body: 'OK' }],
    ['a stream that only ends', { headers: STREAM, body: DONE }],
    ['a stream of remarks', { headers: STREAM, body: ': ping\n\n: ping\n\n' }],
    ['events that are no JSON', { headers: STREAM, body: 'data: oops\n\ndata: oops\n\n' }],
    ['events of something else', { events: [{ type: 'ping' }, { type: 'ping' }, DONE] }],
    ['no content at all', { status: 204, body: '' }],
    ['XML', { headers: { 'content-type': 'text/xml' }, body: '<?xml version="1.0"?><error/>' }],
  ])('%s', async (_, behaviour) => {
    const { answered, text, thinking, usage } = await end(behaviour)
    expect({ answered, text, thinking }).toEqual({ answered: false, text: '', thinking: 0 })
    expect(usage).toEqual({ input_tokens: null, output_tokens: null })
  })
})

describe('what was received is known by its length', () => {
  test.each<[string, Behaviour, number]>([
    ['half an answer', { events: [chunk({ content: 'x'.repeat(500) })], open: true }, 500],
    ['thoughts', { events: [thoughts(500)], open: true }, 500],
    [
      'thoughts in two fields at once, once',
      {
        events: [
          chunk({
            reasoning: 'x'.repeat(500),
            reasoning_content: 'x'.repeat(500),
            reasoning_details: [{ text: 'x'.repeat(500) }],
          }),
        ],
        open: true,
      },
      500,
    ],
    ['half a body', { body: `{"choices":[{"message":{"content":"${'x'.repeat(500)}`, open: true }, 535],
  ])('%s', async (_, behaviour, length) => {
    const { answered, text, thinking } = await end(behaviour)
    expect({ answered, length: text.length + thinking }).toEqual({ answered: true, length })
  })
})
