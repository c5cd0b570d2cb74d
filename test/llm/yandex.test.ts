import { afterEach, describe, expect, test } from '@jest/globals'
import {
  ask,
  chunk,
  closeImitations,
  failure,
  formatOf,
  halves,
  imitate,
  provider,
  refuse,
  SCRIPT,
  streamed,
  taking,
  TASK,
  type Imitation,
  type Reply,
} from '../support/provider-imitation.ts'

/** YandexGPT in its OpenAI form, imitated from yandex.cloud; no live call was made. */
afterEach(closeImitations)

const PARAMETERS = ['model', 'messages', 'stream', 'response_format', 'temperature', 'max_tokens']
async function yandex(answer: Imitation = () => streamed('last chunk'), extra: object = {}) {
  const server = await imitate(taking(PARAMETERS, answer))
  return {
    server,
    by: provider('yandex', server.url, { api_key: 'k', headers: { 'OpenAI-Project': 'b1g' }, ...extra }),
  }
}

test.each([
  ['yandexgpt/latest', 'gpt://b1g/yandexgpt/latest'],
  ['yandexgpt-lite', 'gpt://b1g/yandexgpt-lite'],
  ['gpt://other/yandexgpt/rc', 'gpt://other/yandexgpt/rc'],
  ['ds://bt1tuned', 'ds://bt1tuned'],
])('the model %s is asked for as %s', async (model, uri) => {
  const { server, by } = await yandex(undefined, { model })
  await ask(by)
  expect(server.asked[0]!.body['model']).toBe(uri)
})

test('without a folder the model is asked for as it is written', async () => {
  const { server, by } = await yandex(undefined, { headers: {} })
  await ask(by)
  expect(server.asked[0]!.body['model']).toBe('asked-for')
})

test('the schema stands bare; where it is refused, in its envelope; where that is refused too, in words', async () => {
  const { server, by } = await yandex((asked) =>
    formatOf(asked).type === 'json_schema' ? refuse('response_format: invalid json_schema') : streamed(),
  )
  expect((await ask(by)).calls.map((c) => c.output_mode)).toEqual(['bare_schema', 'schema', 'json_object'])
  expect(formatOf(server.asked[0]!).json_schema).toHaveProperty('properties.scenes')
  expect((await ask(by)).calls.map((c) => c.output_mode)).toEqual(['json_object'])
})

test('it is never asked for more than it takes', async () => {
  const { server, by } = await yandex()
  await by.ask({ ...TASK, max_output_tokens: 16_384 }, { signal: new AbortController().signal })
  expect(server.asked[0]!.body['max_tokens']).toBe(8_000)
})

const grpc = (httpCode: number, grpcCode: number, message: string): Reply => ({
  status: httpCode,
  json: { error: { grpcCode, httpCode, message, httpStatus: 'x', details: [] } },
})

describe('its errors', () => {
  test.each<[string, Reply, object]>([
    ['an unknown key', grpc(401, 16, "Unknown api key 'AQVN****'"), { reason: 'rejected' }],
    ['no right to the folder', grpc(403, 7, 'Permission denied'), { reason: 'rejected' }],
    [
      'a folder of somebody else',
      grpc(400, 3, "Specified folder ID 'b1g' does not match with service account folder ID 'b1h'"),
      { reason: 'rejected' },
    ],
    ['no such model', grpc(404, 5, 'Failed to get model'), { reason: 'rejected' }],
    [
      'too long an input',
      grpc(400, 3, 'number of input tokens must be no more than 32768, got 40000'),
      { reason: 'bad_request', spent: 0 },
    ],
    [
      'a quota of requests',
      grpc(429, 8, 'ai.textGenerationCompletionSessionsCount.count gauge quota limit exceed: allowed 10 requests'),
      { reason: 'rate_limited', retryable: true },
    ],
    ['no model free', grpc(503, 14, 'Service Unavailable'), { reason: 'server_error', retryable: true }],
    ['no answer in time', grpc(504, 4, 'Deadline exceeded'), { reason: 'server_error', retryable: true }],
    [
      'a topic that it does not speak of',
      {
        events: [
          chunk({ content: 'В интернете есть много сайтов с информацией на эту тему.' }),
          chunk({}, 'content_filter'),
          'data: [DONE]',
        ],
      },
      { code: 'ai.refused', retryable: false },
    ],
    [
      'a limit',
      { events: [chunk({ content: halves(SCRIPT)[0] }), chunk({}, 'length'), 'data: [DONE]'] },
      { reason: 'truncated' },
    ],
  ])('%s', async (_, reply, expected) => {
    const { server, by } = await yandex(() => reply)
    expect(await failure(by)).toMatchObject(expected)
    expect(server.asked).toHaveLength(1)
  })
})

describe('its answers', () => {
  const end = chunk({}, 'stop', { usage: { prompt_tokens: '11', completion_tokens: '22', total_tokens: '33' } })
  test.each<[string, readonly string[]]>([
    ['in a fence', [chunk({ content: `\`\`\`\n${SCRIPT}\n\`\`\`` }), end, 'data: [DONE]']],
    [
      'with all of the text so far in each event',
      [chunk({ content: SCRIPT.slice(0, 300) }), chunk({ content: SCRIPT }), end, 'data: [DONE]'],
    ],
    ['without a last line', [chunk({ content: SCRIPT }), end]],
  ])('%s, counted in text', async (_, events) => {
    const { by } = await yandex(() => ({ events }))
    expect((await ask(by)).usage).toEqual({ input_tokens: 11, output_tokens: 22 })
  })
})
