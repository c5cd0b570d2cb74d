import type { Behaviour } from './model-server.ts'

/** An answer in which every field of the script's schema is filled, with this as its text. */
export const scriptIn = (text: string) => ({
  title: text,
  description: null,
  audience: text,
  tone: [],
  hook: text,
  cta: text,
  scenes: [
    {
      heading: text,
      beat: 'hook',
      rows: [
        {
          visual: text,
          audio: [{ speaker: 'VO', type: 'vo', text: text.repeat(5) }],
          on_screen_text: null,
          duration_s: 10,
        },
      ],
    },
  ],
})
const SCRIPT = scriptIn('Термос держит чай горячим целые сутки. ')
export const GOOD = JSON.stringify(SCRIPT)

export const STREAM = { 'content-type': 'text/event-stream' }
const USAGE = { prompt_tokens: 120, completion_tokens: 480 }
export const chunk = (delta: object, finish_reason: string | null = null, rest: object = {}) => ({
  model: 'm',
  choices: [{ index: 0, delta, finish_reason }],
  ...rest,
})
const text = (content: string) => chunk({ content })
const message = (content: unknown, finish_reason = 'stop') => ({
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }],
  usage: USAGE,
})
const long = 'Надо подумать о зрителе и о том, что он увидит. '.repeat(20)
/** The script with one of its fields otherwise. */
const with_ = (change: (script: typeof SCRIPT & Record<string, unknown>) => unknown): Behaviour => ({
  content: JSON.stringify(change(structuredClone(SCRIPT))),
})
type Loose = { audio: unknown; duration_s: unknown; on_screen_text?: unknown }
const withRow = (change: (row: Loose) => void): Behaviour =>
  with_((script) => {
    change(script.scenes[0]!.rows[0] as Loose)
    return script
  })
const failing = (status: number, error: unknown): Behaviour => ({ status, json: error })

/** Answers that a person would use, however they came: one paid call each. */
export const USABLE = {
  'thoughts for longer than any silence is allowed': {
    thinking: { field: 'reasoning_content', pieces: [long, long, long, long], everyMs: 500 },
    content: GOOD,
  },
  'thoughts in a field of OpenRouter': {
    thinking: { field: 'reasoning', pieces: [long, long, long], everyMs: 500 },
    content: GOOD,
  },
  'thoughts in a field of a gateway': {
    thinking: { field: 'thinking', pieces: [long, long, long], everyMs: 500 },
    content: GOOD,
  },
  'a finish reason, and a connection that stays open without [DONE]': {
    events: [text(GOOD), chunk({}, 'stop')],
    open: true,
  },
  'whole JSON, and a connection that stays open without any end': { content: GOOD, open: true },
  'whole JSON and white space without end': {
    content: GOOD,
    endless: { text: `data: ${JSON.stringify(text(' \n'))}\n\n`, everyMs: 50 },
  },
  'whole JSON and empty deltas without end': {
    content: GOOD,
    endless: { text: `data: ${JSON.stringify(text(''))}\n\n`, everyMs: 100 },
  },
  'whole JSON and then a broken connection': { events: [text(GOOD)], disconnect: 'after_headers' },
  'the usage in the grace after the end': {
    events: [text(GOOD), chunk({}, 'stop'), { choices: [], usage: USAGE }],
    open: true,
  },
  'a bare body called a stream': { headers: STREAM, body: JSON.stringify(message(GOOD)) },
  'a bare body called a stream, on a connection that stays open': {
    headers: STREAM,
    body: JSON.stringify(message(GOOD)),
    open: true,
  },
  'a pretty bare body': { headers: STREAM, body: JSON.stringify(message(GOOD), null, 2) },
  'lines of JSON without "data:"': {
    events: [
      `${JSON.stringify(text(GOOD.slice(0, 99)))}\n`,
      `${JSON.stringify(text(GOOD.slice(99)))}\n`,
      `${JSON.stringify(chunk({}, 'stop'))}\n`,
    ],
  },
  'events with \\r\\n and a byte order mark': {
    events: [
      `\uFEFFdata: ${JSON.stringify(text(GOOD))}\r\n\r\n`,
      `data: ${JSON.stringify(chunk({}, 'stop'))}\r\n\r\ndata: [DONE]\r\n\r\n`,
    ],
  },
  'one broken event among good ones': {
    events: [text(GOOD.slice(0, 99)), 'data: {oops\n\n', text(GOOD.slice(99)), chunk({}, 'stop'), 'data: [DONE]\n\n'],
  },
  'the whole message once more at the end': {
    events: [
      text(GOOD),
      { model: 'm', choices: [{ index: 0, message: { content: GOOD }, finish_reason: 'stop' }] },
      'data: [DONE]\n\n',
    ],
  },
  'content as a list of parts': {
    json: message([
      { type: 'text', text: GOOD.slice(0, 50) },
      { type: 'text', text: GOOD.slice(50) },
    ]),
  },
  'content as an object': { json: message(SCRIPT) },
  'arguments of a function as an object': {
    json: {
      choices: [
        {
          message: { content: '', function_call: { name: 'script', arguments: SCRIPT } },
          finish_reason: 'function_call',
        },
      ],
    },
  },
  'a draft in braces before the answer': { content: `План: {"title":"набросок"}\nОтвет: ${GOOD}` },
  channels: { content: `<|channel|>analysis<|message|>{"note":"ok"}<|end|><|channel|>final<|message|>${GOOD}` },
  'braces in prose': { content: `Use {placeholders} like {{name}}.\n${GOOD}\n(see {above})` },
  'a wrapper around it': with_((script) => ({ script })),
  'two wrappers around it': with_((script) => ({ result: { data: script } })),
  'JSON within JSON': { content: JSON.stringify(GOOD) },
  'a list of one': with_((script) => [script]),
  'keys in another spelling': {
    content: GOOD.replaceAll('on_screen_text', 'onScreenText').replaceAll('"duration_s"', '"duration"'),
  },
  'a number as text': withRow((row) => (row.duration_s = '5')),
  'seconds with their unit': withRow((row) => (row.duration_s = '5 с')),
  'a length as a clock shows it': withRow((row) => (row.duration_s = '0:05')),
  'a word of a closed set in capitals': { content: GOOD.replace('"vo"', '"VO"') },
  'another word for voice-over': { content: GOOD.replace('"vo"', '"voice-over"') },
  'one object for a list': withRow((row) => (row.audio = (row.audio as unknown[])[0])),
  'a text for a list of one': { content: GOOD.replace('"tone":[]', '"tone":"тепло"') },
  'null for a text': { content: GOOD.replace(/"audience":"[^"]*"/, '"audience":null') },
  'fields left out': with_(({ scenes, title }) => ({ scenes, title })),
  'a fence and a comma too many': { content: `\`\`\`json\n${GOOD.replace('}]}', '},]}')}\n\`\`\`` },
  'a line break within a text': { content: GOOD.replace('чай горячим', 'чай\nгорячим') },
  'the token limit, though the JSON is whole': { content: GOOD, finish: 'length' },
  'an error as its end, though the JSON is whole': { content: GOOD, finish: 'error' },
} satisfies Record<string, Behaviour>

/** Refused by what a person asked for: one call, and nobody else is asked. */
export const REFUSED = {
  blacklist: { finish: 'blacklist', content: 'Не люблю менять тему разговора.' },
  sensitive: { finish: 'sensitive', content: '' },
  content_filter: { finish: 'content_filter', content: '{"title":"Т' },
  'SAFETY in capitals': { finish: 'SAFETY', content: '' },
  'a refusal as its end': { finish: 'refusal', content: 'I cannot.' },
  'DeepSeek, Content Exists Risk': failing(400, {
    error: {
      message: 'Content Exists Risk',
      type: 'invalid_request_error',
      param: null,
      code: 'invalid_request_error',
    },
  }),
  'DashScope, data_inspection_failed': failing(400, {
    error: {
      code: 'data_inspection_failed',
      message: 'Input data may contain inappropriate content.',
      type: 'data_inspection_failed',
    },
  }),
  'GLM, its number 1301': failing(400, {
    error: { code: '1301', message: '系统检测到输入或生成内容可能包含不安全或敏感内容' },
  }),
  'a 403 that speaks of moderation': failing(403, {
    error: { code: 403, message: 'Your chosen model requires moderation and your input was flagged' },
  }),
  'moderation as an error within 200': { json: { error: { code: 'content_filter', message: 'no' } } },
  'FastAPI, a detail': failing(400, { detail: 'Content Exists Risk' }),
} satisfies Record<string, Behaviour>

/** The key, the model or the address is wrong: one call, nothing is charged, admins are told. */
export const REJECTED = {
  'a 401 as a bare body called a stream': {
    headers: STREAM,
    body: '{"error":{"code":401,"message":"Invalid token"}}',
    open: true,
  },
  'a 401 as text': { headers: STREAM, body: '{"error":{"code":"401","message":"Invalid token"}}' },
  'an error at the top': { json: { object: 'error', message: 'Unauthorized', type: 'invalid_api_key', code: 401 } },
  'an error of Anthropic': { events: [{ type: 'error', error: { type: 'authentication_error', message: 'no' } }] },
  'an error as one text': failing(404, { error: "model 'qwen' not found" }),
  'an error as one text within 200': { json: { error: "model 'qwen' not found, try pulling it first" } },
  'a page of HTML with 200': { headers: { 'content-type': 'text/html' }, body: '<!doctype html><html>Sign in</html>' },
  'a page of HTML called a stream': { headers: STREAM, body: '<html>\n<body>Sign in</body></html>' },
  'a model that does not exist, as a 400': failing(400, {
    error: { message: 'Model Not Exist', type: 'invalid_request_error' },
  }),
  'a region that is not served': failing(403, {
    error: { code: 'unsupported_country_region_territory', message: 'no' },
  }),
} satisfies Record<string, Behaviour>

/** Nothing that a second call of the same server would not do better. */
export const FAILED_ONCE = {
  insufficient_system_resource: { finish: 'insufficient_system_resource', content: '' },
  'an overload within a stream': {
    events: [text('{'), { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }],
  },
  'an error of 503 as a text': { json: { error: { code: '503', message: 'busy' } } },
} satisfies Record<string, Behaviour>

/** Paid for, and of no use, for ever: three calls. */
export const USELESS = {
  'half an answer, and silence': { events: [text(GOOD.slice(0, 200))], open: true },
  'half an answer, and a broken connection': {
    events: [text(GOOD.slice(0, 100)), text(GOOD.slice(100, 200))],
    disconnect: 'after_headers',
  },
  'thoughts, and silence': { events: [chunk({ reasoning_content: long })], open: true },
  'white space without end within the JSON': {
    events: [text('{"title":')],
    endless: { text: `data: ${JSON.stringify(text(' \n'))}\n\n`, everyMs: 5 },
  },
  'an answer that drips until its time is over': {
    events: [text('{')],
    endless: { text: `data: ${JSON.stringify(text('x'))}\n\n`, everyMs: 100 },
  },
  prose: { content: 'Вот отличная идея для вашего ролика.' },
} satisfies Record<string, Behaviour>
