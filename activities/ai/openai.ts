import { randomBytes } from 'node:crypto'
import OpenAI, { APIError } from 'openai'
import { CAPABILITIES } from '../../models/capabilities.ts'
import type { ProviderSettings } from '../../models/settings.ts'
import { createAccessTokens } from './access-token.ts'
import { readAnswer, usageOf } from './answer.ts'
import { startDeadlines, type TimeLimits } from './deadlines.ts'
import { classify } from './failures.ts'
import { stepDown } from './ladder.ts'
import { NO_USAGE, type Answered, type CallEnd, type Listening, type ScriptProvider, type Usage } from './provider.ts'
import { refuseLeak } from './leak.ts'
import { modelRequest, type Learned } from './request.ts'
import { readCompletion, type Completion } from './stream.ts'
import type { Task } from './task.ts'
import { createTransport } from './transport.ts'

/**
 * Answers from any server that speaks OpenAI's chat completions or responses, streamed. One `ask` is one answer: no retries here. A
 * request that the server refuses for a parameter costs nothing and is asked again without it, and that is remembered.
 * @param newMarker makes the fence around what people wrote unguessable; fixed in tests and replays
 */
export function createOpenAiProvider(
  settings: ProviderSettings,
  limits: TimeLimits,
  newMarker: () => string = () => randomBytes(9).toString('base64url'),
): ScriptProvider {
  const capabilities = CAPABILITIES[settings.kind]
  const transport = createTransport({ connectMs: limits.connect_ms })
  const tokens =
    settings.oauth && settings.api_key !== undefined
      ? createAccessTokens(settings.api_key, settings.oauth, transport)
      : undefined
  const client = new OpenAI({
    baseURL: settings.base_url,
    // The client insists on a key; local servers have none, and then no header is sent.
    apiKey: settings.api_key ?? 'none',
    defaultHeaders: { ...settings.headers, ...(settings.api_key === undefined && { authorization: null }) },
    // Given, so that the client does not look for them in the environment.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    maxRetries: 0,
    timeout: limits.total_ms,
    fetch: transport,
  })
  // Of this process: a refusal is free, so that another process may find it out anew.
  let learned: Learned = {
    rung: capabilities.rungs[0] ?? 'plain',
    stream_usage: capabilities.stream_usage,
    token_limit: capabilities.token_limit,
  }

  async function call<T>(
    task: Task<T>,
    marker: string,
    listening: Listening,
    mayRenew = tokens !== undefined,
  ): Promise<Answered<T>> {
    const request = modelRequest(task, marker, settings, capabilities, learned)
    const { messages: _, input: __, ...parameters } = request.body as Record<string, unknown>
    const begun = Date.now()
    const ended = await listening.onCall?.({
      provider: settings.name,
      model: settings.model,
      endpoint: settings.endpoint,
      rung: learned.rung,
      prompt: task.prompt,
      messages: request.messages,
      parameters,
    })
    using deadlines = startDeadlines(limits)
    let text = ''
    let firstToken: number | null = null
    let completion: Completion | undefined
    let token: string | undefined
    const end = (outcome: CallEnd['outcome'], note: string | null, usage: Usage, model: string) =>
      ended?.({
        outcome,
        note,
        usage,
        model,
        text,
        first_token_ms: firstToken,
        duration_ms: Date.now() - begun,
      })
    try {
      const signal = AbortSignal.any([listening.signal, deadlines.signal])
      token = tokens && (await unlessAborted(tokens.get(), signal))
      const response = await client
        .post(request.path, {
          body: request.body,
          signal,
          // The raw response: the body is read here, whatever type it says it has.
          __binaryResponse: true,
          headers: {
            accept: 'text/event-stream, application/json',
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
          },
        })
        .asResponse()
      completion = await readCompletion(response, (piece) => {
        firstToken ??= Date.now() - begun
        deadlines.heard()
        text += piece
        listening.onText?.(piece)
      })
      const answer = readAnswer(completion, { repair: learned.rung === 'json_object' || learned.rung === 'plain' })
      refuseLeak(answer.output, request.messages)
      const value = task.read(answer.output, { is_demo: false })
      const model = answer.model || settings.model
      await end('stop', null, answer.usage, model)
      return { value, usage: answer.usage, provider: settings.name, model, is_demo: false }
    } catch (error) {
      const usage = completion ? usageOf(completion) : NO_USAGE
      if (listening.signal.aborted) {
        await end('cancelled', null, usage, settings.model)
        throw listening.signal.reason
      }
      const cause: unknown = deadlines.signal.aborted ? deadlines.signal.reason : error
      const failure = classify(cause)
      await end(failure.reason, failure.message, usage, settings.model)
      // Taken back before its time. Free, and worth one more try with a new one.
      if (tokens && token !== undefined && cause instanceof APIError && cause.status === 401) {
        tokens.drop(token)
        if (mayRenew) return call(task, marker, listening, false)
      }
      const lower = stepDown(cause, capabilities, learned)
      if (!lower) throw failure
      learned = lower
      return call(task, marker, listening, mayRenew)
    }
  }

  return {
    name: settings.name,
    model: settings.model,
    is_demo: false,
    ask: async (task, listening) => {
      listening.signal.throwIfAborted()
      return call(task, newMarker(), listening)
    },
  }
}

/** Work that is shared with other calls: this one leaves, the work goes on. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort))
}
