import { randomBytes } from 'node:crypto'
import OpenAI, { APIError } from 'openai'
import { joinSignals } from '../network/joined-signal.ts'
import { plainText } from '../script/clean.ts'
import { readAnswer, UnusableAnswer } from './answer.ts'
import { readBody } from './body.ts'
import { startDeadlines, type TimeLimits } from './deadlines.ts'
import { endOf } from './ends.ts'
import { AnswerError, CallTimeout, classify } from './failures.ts'
import { offerWith, serverOf, type ProviderMemory } from './memory.ts'
import { afterThoughtsAlone, afterUseless, difference, firstOffer, negotiate, type Negotiated } from './negotiated.ts'
import { createAccessTokens } from './oauth.ts'
import { failedText, readableErrors } from './provider-errors.ts'
import {
  EndWanted,
  type Answered,
  type CallEnd,
  type CallOptions,
  type KeptCall,
  type ProviderFailure,
  type ScriptProvider,
} from './provider.ts'
import { quirksOf } from './providers.ts'
import { isGone, isOutage, readToEnd } from './kept.ts'
import { nothingReceived, usageOf, type Received } from './received.ts'
import { modelRequest } from './request.ts'
import type { ProviderSettings } from './settings.ts'
import type { Task } from './task.ts'
import { createTransport } from './transport.ts'

/**
 * Answers from any server that speaks OpenAI's chat completions or responses, streamed. One `ask` is one answer that has to be paid
 * for: no retries here. A request that the server refuses for a parameter costs nothing and is asked again without it.
 * @param options.memory outlasts the process; default: what is learned is forgotten with it
 * @param options.newMarker makes the fence around what people wrote unguessable; fixed in tests and replays
 */
export function createOpenAiProvider(
  settings: ProviderSettings,
  limits: TimeLimits,
  {
    newMarker = () => randomBytes(9).toString('base64url'),
    memory,
  }: { readonly newMarker?: () => string; readonly memory?: ProviderMemory } = {},
): ScriptProvider {
  const quirks = quirksOf(settings.kind)
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
    fetch: readableErrors(transport),
  })
  // Kept over all orders of this process, and by the memory for those that start later.
  let known = firstOffer(quirks)
  const server = serverOf(settings)
  let recalled: Promise<void> | undefined
  const recall = async (): Promise<void> => {
    if (memory) known = offerWith(quirks, await memory.recall(server))
  }

  /**
   * One request and what became of it, or an earlier one whose answer the server keeps.
   * @throws Failed; the signal's reason; Gone when nothing is kept any more
   */
  async function call<T>(task: Task<T>, negotiated: Negotiated, call: Call, kept?: KeptCall): Promise<Answered<T>> {
    const { options } = call
    const request = modelRequest(task, call.marker, settings, quirks, negotiated)
    const { messages: _, input: __, ...parameters } = request.body as Record<string, unknown>
    const begun = performance.now()
    const record =
      kept?.record ??
      (await options.onCall?.({
        provider: settings.name,
        model: settings.model,
        endpoint: settings.endpoint,
        output_mode: negotiated.output_mode,
        prompt: task.prompt,
        messages: request.messages,
        parameters,
      }))
    // An answer that is no stream comes when it is finished.
    using deadlines = startDeadlines(negotiated.stream ? limits : { ...limits, first_token_ms: limits.total_ms })
    using joined = joinSignals([options.signal, deadlines.signal])
    const { signal } = joined
    const received = { ...nothingReceived(), responseId: kept?.responseId ?? '' }
    const isKept = () => settings.background && negotiated.stream && received.responseId !== ''
    let keeping: Promise<void> | undefined
    let firstToken: number | null = null
    const end = (outcome: CallEnd['outcome'], note: string | null) =>
      record?.end({
        outcome,
        note,
        usage: usageOf(received),
        model: servedBy(received),
        text: received.content || received.unread,
        thinking: received.thinking.length,
        answered: received.answered || received.unread !== '',
        first_token_ms: firstToken,
        duration_ms: Math.round(performance.now() - begun),
      })
    let token: string | undefined
    let accepted = false
    let problem: unknown
    try {
      token = tokens && (await unlessAborted(tokens.get(), signal))
      const raw = {
        signal,
        // The raw response: the body is read here, whatever type it says it has.
        __binaryResponse: true,
        headers: {
          accept: 'text/event-stream, application/json',
          ...bearing(token),
        },
      }
      const send = () => client.post(request.path, { ...raw, body: request.body }).asResponse()
      const again = () => {
        const after = received.lastEvent === null ? {} : { starting_after: received.lastEvent }
        return client.get(pathOf(received), { ...raw, query: { stream: true, ...after } }).asResponse()
      }
      const read = async (response: Response) => {
        accepted = true
        await readBody(response, received, {
          onLife: deadlines.heard,
          // From the first event on: a crash later in this call does not pay for another one. One that cannot be marked is lost like any.
          onEvent: () => {
            if (isKept() && !kept) keeping ??= record?.kept(received.responseId).catch(() => {})
          },
          onText: (piece) => {
            firstToken ??= Math.round(performance.now() - begun)
            options.onText?.(piece)
          },
        })
      }
      await readToEnd({ first: kept ? again : send, again, read, isKept, signal })
    } catch (error) {
      problem = deadlines.signal.aborted ? deadlines.signal.reason : withFailedText(error, received)
    }
    await keeping
    const forGood = options.signal.reason instanceof EndWanted
    if (isKept() && (forGood || problem instanceof CallTimeout)) cancelKept(received, token)
    if (options.signal.aborted) {
      // A process that stops, or that stood still, leaves what is kept to the one that comes next.
      if (forGood || !isKept()) await end('cancelled', null)
      throw options.signal.reason
    }
    if (kept && isGone(problem)) throw new Gone()
    try {
      const { value } = readAnswer(task, received, request.messages, problem)
      await end('stop', null)
      const usage = usageOf(received)
      return { value, usage, provider: settings.name, model: servedBy(received), is_demo: false }
    } catch (error) {
      // Silence of a server that took the request, or that answers only when all is written, is work that may have to be paid for.
      const atWork = error instanceof CallTimeout && (accepted || !negotiated.stream)
      const failure = classify(error, atWork || received.thinking !== '' || received.answered || received.unread !== '')
      if (isKept() && isOutage(error)) throw new Failed(error, failure.withKept(), received, token)
      await end(failure.reason, failure.message)
      throw new Failed(error, failure, received, token)
    }
  }

  /** It would be written to its end, for nobody. If this does not reach the server, nothing else can be done. */
  const cancelKept = (received: Received, token: string | undefined): void => {
    client.post(`${pathOf(received)}/cancel`, { headers: bearing(token), timeout: CANCEL_MS }).catch(() => {})
  }

  const servedBy = ({ model }: Received): string => plainText(model).slice(0, 200) || settings.model

  async function ask<T>(task: Task<T>, options: CallOptions): Promise<Answered<T>> {
    await (recalled ??= recall())
    const start = known
    const negotiation = negotiate(start, quirks, task.max_output_tokens)
    let learned: Negotiated | undefined
    let mayRenew = tokens !== undefined
    const marker = newMarker()
    const { kept } = options
    if (kept && settings.background && kept.provider === settings.name) {
      try {
        return await call(task, start, { options, marker }, kept)
      } catch (error) {
        if (error instanceof Failed) throw error.failure
        if (!(error instanceof Gone)) throw error
      }
    }
    try {
      for (;;) {
        try {
          return await call(task, negotiation.now, { options, marker })
        } catch (error) {
          if (!(error instanceof Failed)) throw error
          const { cause, failure, received, token } = error
          if (received.content !== '') options.onReset?.()
          // Taken back before its time. Free, and worth one more try with a new one.
          if (tokens && token !== undefined && cause instanceof APIError && cause.status === 401) {
            tokens.drop(token)
            if (mayRenew && !(mayRenew = false)) continue
          }
          if (failure.spent === 0 && negotiation.refused(cause)) continue
          learned = learnedFrom(cause, received, negotiation.now)
          throw failure
        }
      }
    } finally {
      // What this one changed, whatever became of it; others may have found out something else meanwhile.
      const found = difference(start, learned ?? negotiation.now)
      known = { ...known, ...found }
      if (Object.keys(found).length > 0) await memory?.keep(server, found)
    }
  }

  /** What a failed answer says of the server. */
  function learnedFrom(cause: unknown, received: Received, now: Negotiated): Negotiated {
    if (cause instanceof UnusableAnswer) return cause.exact ? now : afterUseless(now, quirks)
    if (!(cause instanceof AnswerError) || !received.formed) return now
    const { reason } = cause
    if (reason === 'empty' && endOf(received.finish) === 'truncated') return afterThoughtsAlone(now)
    return reason === 'empty' || reason === 'malformed' ? afterUseless(now, quirks) : now
  }

  return {
    name: settings.name,
    model: settings.model,
    is_demo: false,
    ask: async (task, options) => {
      options.signal.throwIfAborted()
      return ask(task, options)
    },
  }
}

interface Call {
  readonly options: CallOptions
  /** Fences what people wrote. */
  readonly marker: string
}

/** Of an access token that was bought; keys stand in the client's own headers. */
const bearing = (token: string | undefined) => (token === undefined ? {} : { authorization: `Bearer ${token}` })

/** Milliseconds that the server has to hear of it. */
const CANCEL_MS = 5_000

const pathOf = ({ responseId }: Received): string => `/responses/${encodeURIComponent(responseId)}`

/** What the server kept is not there any more. */
class Gone extends Error {}

/** One request that failed, with what came of it. */
class Failed extends Error {
  override readonly cause: unknown
  readonly failure: ProviderFailure
  readonly received: Received
  readonly token: string | undefined
  constructor(cause: unknown, failure: ProviderFailure, received: Received, token: string | undefined) {
    super()
    this.cause = cause
    this.failure = failure
    this.received = received
    this.token = token
  }
}

/** An error that hands out the answer that it is about is an answer, and has to be paid for: it may be of use yet. */
function withFailedText(error: unknown, received: Received): unknown {
  const text = error instanceof APIError ? failedText(error) : undefined
  if (text === undefined) return error
  Object.assign(received, { content: text, answered: true, formed: true })
  return new AnswerError('malformed', 'the server found no JSON in the answer')
}

/** Work that is shared with other calls: this one leaves, the work goes on. */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = () => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  return Promise.race([work, aborted]).finally(() => signal.removeEventListener('abort', abort))
}
