import { randomBytes } from 'node:crypto'
import OpenAI from 'openai'
import type { Config } from '../../config.ts'
import { ModelScript, toDraft } from '../../script/draft.ts'
import { requestFacts } from '../../script/facts.ts'
import type { GenerationRequest } from '../../script/script.ts'
import { strictSchema, type JsonSchema } from '../../script/strict-schema.ts'
import { readAnswer } from './answer.ts'
import { CallTimeout, classify } from './failures.ts'
import { scriptMessages } from './prompt.ts'
import type { ScriptProvider } from './provider.ts'
import { createTransport } from './transport.ts'

export type OpenAiConfig = Pick<Config, 'OPENAI_API_KEY' | 'OPENAI_BASE_URL' | 'OPENAI_MODEL' | 'AI_TIMEOUT_MS'>

const OPENAI_URL = 'https://api.openai.com/v1'
const SCHEMA: JsonSchema = strictSchema(ModelScript)

/**
 * Upper limit of output tokens: a second of script is about 15 spoken characters and as much again three times in visuals and
 * JSON, at 2 characters a token (Cyrillic in older tokenizers) about 30 tokens; twice that, as a limit is no target, and at
 * least 4,096, since reasoning models count their thoughts too. At most 16,384: the output limit of gpt-4o and its mini, beyond
 * which providers refuse the request.
 */
export const outputTokens = (targetDurationS: number): number => Math.min(Math.max(targetDurationS * 60, 4_096), 16_384)

/**
 * `max_tokens` is what compatible servers know (Ollama, llama.cpp, vLLM, YandexGPT, GigaChat); OpenAI and Azure have deprecated
 * it and their reasoning models answer 400 to it.
 */
function tokenLimit(baseUrl: string, limit: number): { max_tokens: number } | { max_completion_tokens: number } {
  const { hostname } = new URL(baseUrl)
  const modern = hostname === 'api.openai.com' || hostname.endsWith('.openai.azure.com')
  return modern ? { max_completion_tokens: limit } : { max_tokens: limit }
}

/**
 * Scripts from any server that speaks OpenAI's chat completions. One `write` is one request: no retries here, no tools, no
 * parameter beyond what every compatible server takes.
 * @param marker makes the fence around the order unguessable; fixed in tests and replays
 */
export function createOpenAiProvider(
  config: OpenAiConfig,
  marker: () => string = () => randomBytes(9).toString('base64url'),
): ScriptProvider {
  const baseURL = config.OPENAI_BASE_URL ?? OPENAI_URL
  const client = new OpenAI({
    baseURL,
    // The client insists on a key; local servers have none, and then no header is sent.
    apiKey: config.OPENAI_API_KEY ?? 'none',
    ...(config.OPENAI_API_KEY ? {} : { defaultHeaders: { authorization: null } }),
    // Given, so that the client does not look for them in the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: config.AI_TIMEOUT_MS,
    fetch: createTransport(),
  })

  async function ask(request: GenerationRequest, signal: AbortSignal): Promise<unknown> {
    return client.chat.completions.create(
      {
        model: config.OPENAI_MODEL,
        messages: [...scriptMessages(request, marker())],
        response_format: { type: 'json_schema', json_schema: { name: 'script', strict: true, schema: SCHEMA } },
        ...tokenLimit(baseURL, outputTokens(requestFacts(request).target_duration_s)),
      },
      { signal },
    )
  }

  return {
    name: 'openai',
    model: config.OPENAI_MODEL,
    is_demo: false,
    async write(request, signal) {
      signal.throwIfAborted()
      // The client's own timeout ends with the headers: a body that drips would never end.
      const limit = new AbortController()
      const timer = setTimeout(() => limit.abort(new CallTimeout()), config.AI_TIMEOUT_MS)
      try {
        const { output, usage, model } = readAnswer(await ask(request, AbortSignal.any([signal, limit.signal])))
        return { draft: toDraft(output, request), usage, model: model || config.OPENAI_MODEL }
      } catch (error) {
        if (signal.aborted) throw signal.reason
        throw classify(limit.signal.aborted ? limit.signal.reason : error)
      } finally {
        clearTimeout(timer)
      }
    },
  }
}
