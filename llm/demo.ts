import { setTimeout as sleep } from 'node:timers/promises'
import type { ScriptProvider } from './provider.ts'

/** Milliseconds. Long enough for progress to be seen, short enough not to be felt. */
const LATENCY_MS = 200
/** Pieces that an answer comes in. */
const PIECES = 8

/**
 * Writes without a model, in this process, for those who have no key: a plausible draft from phrase banks and the brief's own
 * sentences. The same request gives the same script; it costs nothing and is labelled as demo wherever it is shown.
 * @param latencyMs how long it pretends to think
 */
export const createDemoProvider = ({ latencyMs = LATENCY_MS }: { latencyMs?: number } = {}): ScriptProvider => ({
  name: 'demo',
  model: 'demo',
  is_demo: true,
  async ask(task, { signal, onText, onCall }) {
    signal.throwIfAborted()
    const begun = performance.now()
    const record = await onCall?.({
      provider: 'demo',
      model: 'demo',
      endpoint: 'demo',
      output_mode: 'demo',
      prompt: task.prompt,
      messages: task.messages('demo'),
      parameters: {},
    })
    const output = task.demo()
    const text = JSON.stringify(output)
    const size = Math.ceil(text.length / PIECES)
    for (let from = 0; from < text.length; from += size) {
      // `sleep` rejects with an AbortError of its own: the caller is promised the signal's reason.
      await sleep(latencyMs / PIECES, undefined, { signal }).catch(() => signal.throwIfAborted())
      onText?.(text.slice(from, from + size))
    }
    const usage = { input_tokens: 0, output_tokens: 0 }
    const value = task.read(output, { is_demo: true })
    await record?.end({
      model: 'demo',
      outcome: 'stop',
      note: null,
      usage,
      text,
      thinking: 0,
      answered: true,
      first_token_ms: Math.round(latencyMs / PIECES),
      duration_ms: Math.round(performance.now() - begun),
    })
    return { value, usage, provider: 'demo', model: 'demo', is_demo: true }
  },
})
