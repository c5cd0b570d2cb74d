import { describe, expect, test } from '@jest/globals'
import { createChain } from '../../llm/chain.ts'
import type { FailureReason } from '../../llm/provider.ts'
import { askModel, failing, misbehaving, SCRIPT_TASK } from '../support/ask-model.ts'
import { chunk, GOOD, STREAM } from '../support/model-behaviours.ts'
import type { Behaviour } from '../support/model-server.ts'

/** What errors of real servers mean, in the words that they send, and whether they say something of the server's health. */
const model = misbehaving()

/** The first answer of a new provider: why it failed, what is known of its health, and how many requests it took. */
async function outcome(behaviour: Behaviour, extra: object = {}) {
  const health: (FailureReason | null)[] = []
  const told: string[] = []
  const by = createChain([model.provider(extra)], (_, healthy, reason) => void (healthy || health.push(reason)))
  model.server.always(behaviour)
  const { result, ended } = await askModel(SCRIPT_TASK, by)
  const { reason, code, spent, message } = result as Extract<typeof result, Error>
  told.push(message)
  return { reason, code, spent, health, message, ended, requests: model.server.requests.length }
}

const error = (status: number, message: string, rest: object = {}) => failing(status, { error: { message, ...rest } })

describe('about one order: the provider is as healthy as before, and nothing is charged', () => {
  test.each<[string, Behaviour]>([
    [
      'vLLM, a prompt beyond its context',
      failing(400, {
        object: 'error',
        message: "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens",
        type: 'BadRequestError',
        param: null,
        code: 400,
      }),
    ],
    [
      'llama.cpp, a prompt beyond its context',
      error(400, 'the request exceeds the available context size, try increasing it', {
        code: 400,
        type: 'exceed_context_size_error',
        n_ctx: 4096,
      }),
    ],
    [
      'OpenAI, a text beyond its limit',
      error(400, 'Invalid input: string too long.', {
        code: 'string_above_max_length',
        type: 'invalid_request_error',
        param: 'messages[1].content',
      }),
    ],
    [
      'DashScope, the length of the input',
      error(400, '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 30720]', {
        code: 'invalid_parameter_error',
        type: 'invalid_request_error',
      }),
    ],
    ['GLM, its number 1261', error(400, 'Prompt 超长', { code: '1261' })],
    [
      'LiteLLM, a prompt beyond the window',
      error(400, 'litellm.ContextWindowExceededError: messages too long', { type: null, param: null, code: '400' }),
    ],
    [
      'TGI, inputs',
      failing(422, {
        error: 'Input validation error: `inputs` must have less than 4096 tokens. Given: 5000',
        error_type: 'validation',
      }),
    ],
    [
      'nginx, a body that is too large',
      {
        status: 413,
        headers: { 'content-type': 'text/html' },
        body: '<html><h1>413 Request Entity Too Large</h1></html>',
      },
    ],
    [
      'Anthropic, a request that is too large',
      failing(413, {
        type: 'error',
        error: { type: 'request_too_large', message: 'Request exceeds the maximum size' },
      }),
    ],
    [
      'LM Studio, more kept than fits',
      failing(400, {
        error: 'The number of tokens to keep from the initial prompt is greater than the context length',
      }),
    ],
    [
      'Azure, a parameter',
      error(400, "Unsupported value: 'temperature' does not support 0 with this model.", {
        code: 'unsupported_value',
        param: 'temperature',
        type: 'invalid_request_error',
      }),
    ],
    [
      'FastAPI, a field',
      failing(422, { detail: [{ type: 'missing', loc: ['body', 'prompt'], msg: 'Field required' }] }),
    ],
    [
      'Mistral, a message that is an object',
      failing(422, {
        object: 'error',
        message: { detail: [{ type: 'value_error', loc: ['body', 'messages'], msg: 'Value error' }] },
        type: 'invalid_request_error',
        code: null,
      }),
    ],
    ['a header that is too long', { status: 431, body: '' }],
    [
      'Yandex, an invalid argument',
      error(400, 'Invalid argument: messages', { grpcCode: 3, httpCode: 400, httpStatus: 'Bad Request' }),
    ],
  ])('%s', async (_, behaviour) => {
    expect(await outcome(behaviour)).toMatchObject({
      code: 'ai.provider_rejected',
      reason: 'bad_request',
      spent: 0,
      health: [],
    })
  })
})

describe('refused for its content: one request, the provider is as healthy as before', () => {
  test.each<[string, Behaviour]>([
    [
      'OpenRouter, moderation with its reasons',
      error(403, 'Provider returned error', {
        code: 403,
        metadata: { reasons: ['violence'], raw: 'Your input was flagged' },
      }),
    ],
    [
      'LiteLLM, the policy in one word',
      error(400, 'litellm.BadRequestError: litellm.ContentPolicyViolationError: no', { code: '400' }),
    ],
    [
      'Azure, responsible AI',
      error(400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", {
        code: 'content_filter',
        status: 400,
        innererror: { code: 'ResponsibleAIPolicyViolation' },
      }),
    ],
    [
      'Moonshot, a high risk',
      error(400, 'The request was rejected because it was considered high risk', { type: 'content_filter' }),
    ],
    [
      'Ark, its own word',
      error(400, 'The request failed because the input text may contain sensitive information.', {
        code: 'InputTextSensitiveContentDetected',
        type: 'BadRequest',
      }),
    ],
    [
      'MiniMax, in an answer of 200',
      { json: { id: '', choices: null, base_resp: { status_code: 1026, status_msg: 'input new_sensitive' } } },
    ],
    [
      'Cloudflare, a guardrail',
      failing(424, {
        success: false,
        result: [],
        errors: [{ code: 2016, message: 'Prompt blocked due to security configurations' }],
      }),
    ],
    [
      'DashScope, in the stream',
      {
        events: [
          chunk({ content: '{"title"' }),
          { error: { code: 'data_inspection_failed', message: 'Output data may contain inappropriate content.' } },
        ],
      },
    ],
    ['Gemini behind a gateway, its end', { finish: 'PROHIBITED_CONTENT', content: '' }],
    [
      'Yandex, its end',
      {
        finish: 'ALTERNATIVE_STATUS_CONTENT_FILTER',
        content: 'В интернете есть много сайтов с информацией на эту тему.',
      },
    ],
    ['Bedrock, its end', { finish: 'guardrail_intervened', content: 'Sorry.' }],
    ['Cohere, its end', { finish: 'ERROR_TOXIC', content: '' }],
    ['an end in camel case', { finish: 'contentFilter', content: '{"title":"Т' }],
    ['MiniMax, its end', { finish: 'output_sensitive', content: '' }],
    [
      'a refusal of OpenAI in whole',
      { json: { choices: [{ message: { content: null, refusal: 'No.' }, finish_reason: 'stop' }] } },
    ],
    [
      'a refusal as a part',
      { json: { choices: [{ message: { content: [{ type: 'refusal', refusal: 'No.' }] }, finish_reason: 'stop' }] } },
    ],
  ])('%s', async (_, behaviour) => {
    expect(await outcome(behaviour)).toMatchObject({ code: 'ai.refused', health: [], requests: 1 })
  })
})

describe('the key, the account, the model or the address: nobody else is sent there, and admins are told', () => {
  test.each<[string, Behaviour, FailureReason]>([
    [
      'Ollama, a model that is not there',
      error(404, 'model "llama9" not found, try pulling it first', { type: 'api_error', param: null, code: null }),
      'rejected',
    ],
    [
      'vLLM, a model that is not there',
      failing(404, {
        object: 'error',
        message: 'The model `x` does not exist.',
        type: 'NotFoundError',
        param: null,
        code: 404,
      }),
      'rejected',
    ],
    [
      'LiteLLM, a model that is not there',
      error(400, 'Invalid model name passed in model=x. Call `/v1/models` to view available models for your key.', {
        type: 'None',
        param: 'None',
        code: '400',
      }),
      'rejected',
    ],
    [
      'SiliconFlow, a model that is not there',
      failing(400, { code: 20012, message: 'Model does not exist. Please check it carefully.', data: null }),
      'rejected',
    ],
    [
      'Azure, a deployment that is not there',
      error(404, 'The API deployment for this resource does not exist.', { code: 'DeploymentNotFound' }),
      'rejected',
    ],
    [
      'OpenRouter, no endpoint for the model',
      error(404, 'No endpoints found for qwen/qwen-9.', { code: 404 }),
      'rejected',
    ],
    [
      'Gemini, a wrong key as a list',
      failing(400, [
        {
          error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT' },
        },
      ]),
      'rejected',
    ],
    [
      'xAI, a wrong key',
      failing(400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: sk***ab.' }),
      'rejected',
    ],
    ['SiliconFlow, a bare text', { status: 401, body: '"Invalid token"' }, 'rejected'],
    [
      'Perplexity, a page',
      {
        status: 401,
        headers: { 'content-type': 'text/html' },
        body: '<html><h1>401 Authorization Required</h1></html>',
      },
      'rejected',
    ],
    [
      'MiniMax, a wrong key in an answer of 200',
      {
        json: {
          choices: null,
          base_resp: { status_code: 1004, status_msg: 'login fail: Please carry the API secret key' },
        },
      },
      'rejected',
    ],
    [
      'Cloudflare, a wrong key',
      failing(400, { success: false, errors: [{ code: 10000, message: 'Authentication error' }] }),
      'rejected',
    ],
    [
      'Cloudflare, a gateway that is not configured',
      failing(401, {
        success: false,
        result: [],
        messages: [],
        error: [{ code: 2001, message: 'Please configure AI Gateway in the Cloudflare dashboard' }],
      }),
      'rejected',
    ],
    [
      'Yandex, a folder of somebody else',
      error(400, "Specified folder ID 'b1g' does not match with service account folder ID 'b1h'", {
        grpcCode: 3,
        httpCode: 400,
      }),
      'rejected',
    ],
    ['a country that is not served', failing(451, { error: { message: 'Unavailable' } }), 'rejected'],
    [
      'a firewall',
      {
        status: 403,
        headers: { 'content-type': 'text/html' },
        body: '<!DOCTYPE html><title>Attention Required! | Cloudflare</title>',
      },
      'rejected',
    ],
    [
      'DeepSeek, no money',
      error(402, 'Insufficient Balance', { type: 'unknown_error', code: 'invalid_request_error' }),
      'quota',
    ],
    [
      'Anthropic, no money',
      failing(400, {
        type: 'error',
        error: {
          type: 'invalid_request_error',
          message: 'Your credit balance is too low to access the Anthropic API.',
        },
      }),
      'quota',
    ],
    [
      'SiliconFlow, no money',
      failing(403, { code: 30001, message: 'Sorry, your account balance is insufficient' }),
      'quota',
    ],
    [
      'xAI, no money',
      failing(403, {
        code: 'The caller does not have permission',
        error: 'Your team has used all available credits or reached its monthly spending limit.',
      }),
      'quota',
    ],
    [
      'MiniMax, no money in an answer of 200',
      { json: { base_resp: { status_code: 1008, status_msg: 'insufficient balance' } } },
      'quota',
    ],
    [
      'LiteLLM, a budget',
      error(400, 'Budget has been exceeded! Current cost: 3, Max budget: 1', {
        type: 'budget_exceeded',
        param: null,
        code: '400',
      }),
      'quota',
    ],
    [
      'DashScope, the free part is over',
      error(403, 'The free tier of the model has been exhausted.', { code: 'AllocationQuota.FreeTierOnly' }),
      'quota',
    ],
    [
      'Ark, an account in arrears',
      error(403, 'The request failed because your account has an overdue balance.', {
        code: 'AccountOverdueError',
        type: 'Forbidden',
      }),
      'quota',
    ],
    [
      'Gemini, the quota of the month',
      failing(429, [
        {
          error: {
            code: 429,
            message: 'You exceeded your current quota, please check your plan and billing details.',
            status: 'RESOURCE_EXHAUSTED',
          },
        },
      ]),
      'quota',
    ],
    [
      'NVIDIA, credits',
      failing(402, { status: 402, title: 'Payment Required', detail: 'Cloud credits expired' }),
      'quota',
    ],
  ])('%s', async (_, behaviour, reason) => {
    expect(await outcome(behaviour)).toMatchObject({ reason, spent: 0, health: [reason], requests: 1 })
  })
})

describe('an outage, which is waited out, costs nothing, and shows in health when it lasts', () => {
  test.each<[string, Behaviour, FailureReason]>([
    ['llama.cpp, still loading', error(503, 'Loading model', { code: 503, type: 'unavailable_error' }), 'server_error'],
    [
      'Ollama, no memory',
      error(500, 'model requires more system memory (5.5 GiB) than is available (3 GiB)', { type: 'api_error' }),
      'server_error',
    ],
    ['TGI, overloaded', failing(429, { error: 'Model is overloaded', error_type: 'overloaded' }), 'rate_limited'],
    [
      'Gemini, a limit of the minute',
      failing(429, [
        {
          error: {
            code: 429,
            message: 'You exceeded your current quota. Please retry in 34.07s.',
            status: 'RESOURCE_EXHAUSTED',
          },
        },
      ]),
      'rate_limited',
    ],
    [
      'Gemini, high demand',
      failing(503, [{ error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } }]),
      'server_error',
    ],
    [
      'OpenRouter, its upstream in an answer of 200',
      { json: { error: { code: 502, message: 'Provider returned error' }, user_id: 'u' } },
      'server_error',
    ],
    [
      'OpenRouter, its upstream in a chunk',
      {
        events: [
          ': OPENROUTER PROCESSING\n\n',
          {
            choices: [
              { index: 0, delta: { content: '' }, finish_reason: 'error', error: { code: 503, message: 'busy' } },
            ],
            error: { code: 503, message: 'busy' },
          },
        ],
      },
      'server_error',
    ],
    [
      'GLM, its number 1302',
      failing(429, { error: { code: '1302', message: '您当前使用该API的并发数过高' } }),
      'rate_limited',
    ],
    [
      'a gateway of Cloudflare',
      { status: 524, headers: { 'content-type': 'text/html' }, body: '<html>A timeout occurred</html>' },
      'server_error',
    ],
    [
      'an error of one text in a stream',
      { headers: STREAM, body: 'event: error\ndata: {"error":"an error was encountered while running the model"}\n\n' },
      'server_error',
    ],
    [
      'Yandex, a limit of the hour',
      error(429, 'ai.textGenerationCompletionRequestsPerHour.count rate quota limit exceed', {
        grpcCode: 8,
        httpCode: 429,
        httpStatus: 'Too Many Requests',
      }),
      'rate_limited',
    ],
    ['an error without a word', { json: { error: {} } }, 'server_error'],
  ])('%s', async (_, behaviour, reason) => {
    expect(await outcome(behaviour)).toMatchObject({
      code: 'ai.provider_unavailable',
      reason,
      spent: 0,
      health: [],
      requests: 1,
    })
    const told: string[] = []
    const by = createChain([model.provider()], (__, healthy) => void told.push(String(healthy)))
    for (let i = 0; i < 5; i++) await askModel(SCRIPT_TASK, by)
    expect(told).toEqual(['false'])
  })
})

describe('the note of a failure says what was sent', () => {
  test.each<[string, Behaviour, string]>([
    ['a status', error(503, 'busy', { code: 'overloaded' }), 'server_error: HTTP 503, overloaded'],
    [
      'an error in an answer of 200',
      { json: { error: { message: 'busy', type: 'overloaded_error' } } },
      'server_error: HTTP 200 with an error, overloaded_error',
    ],
    [
      'an error that names a status',
      { json: { error: { message: 'slow', code: 429 } } },
      'rate_limited: HTTP 200 with an error of 429',
    ],
    [
      'an end that is an error',
      { finish: 'insufficient_system_resource', content: '' },
      'server_error: HTTP 200 with an error, insufficient_system_resource',
    ],
  ])('%s', async (_, behaviour, note) => {
    const { message, ended } = await outcome(behaviour)
    expect([message, ended[0]!.note]).toEqual([note, note])
  })
})

describe('an error that hands out the answer', () => {
  const thrownAway = (text: string) =>
    error(400, "Failed to generate JSON. See 'failed_generation' for more details.", {
      type: 'invalid_request_error',
      code: 'json_validate_failed',
      failed_generation: text,
    })

  test('is used where a person would see what is meant', async () => {
    model.server.always(thrownAway(`${GOOD.slice(0, -1)},}`))
    const { value, ended } = await askModel(SCRIPT_TASK, model.provider())
    expect(value?.scenes).toHaveLength(1)
    expect(ended).toHaveLength(1)
  })

  test('counts where it cannot be used, and the schema is told in words from then on', async () => {
    const by = model.provider()
    model.server.always(({ body }) =>
      body.response_format?.type === 'json_schema' ? thrownAway('{"title":') : { content: GOOD },
    )
    expect((await askModel(SCRIPT_TASK, by)).result).toMatchObject({ reason: 'malformed', spent: 1 })
    expect((await askModel(SCRIPT_TASK, by)).value).toBeDefined()
    expect(model.server.requests).toHaveLength(2)
  })
})
