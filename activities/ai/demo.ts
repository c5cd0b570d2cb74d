import { setTimeout as sleep } from 'node:timers/promises'
import { toDraft } from '../../script/draft.ts'
import { spokenLanguage } from '../../script/language.ts'
import { composeScript } from './demo/compose.ts'
import type { ScriptProvider } from './provider.ts'

/** Milliseconds. Long enough for progress to be seen, short enough not to be felt. */
const LATENCY_MS = 200

/**
 * Writes without a model, in this process, for whoever has no key: a plausible draft from phrase banks and the brief's own
 * sentences. The same request gives the same script; it costs nothing and is labelled as demo wherever it is shown.
 * @param latencyMs how long it pretends to think
 */
export const createDemoProvider = ({ latencyMs = LATENCY_MS }: { latencyMs?: number } = {}): ScriptProvider => ({
  name: 'demo',
  model: 'demo',
  is_demo: true,
  async write(request, signal) {
    signal.throwIfAborted()
    // `sleep` rejects with an AbortError of its own: the caller is promised the signal's reason.
    await sleep(latencyMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    const language = spokenLanguage(request.language, request.brief)
    // A language that the demo cannot write is not claimed: «de» gives a script in the brief's language, marked so.
    const written = request.language?.toLowerCase().startsWith(language) ? request : { ...request, language }
    const draft = toDraft(composeScript(request, language), written, { is_demo: true })
    return { draft, usage: { input_tokens: 0, output_tokens: 0 }, model: 'demo' }
  },
})
