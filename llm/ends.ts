/** What the end of an answer means. */
export type End = 'whole' | 'truncated' | 'refused' | 'failed'

/**
 * Why servers say that they stopped, in lower case: `finish_reason` of chat completions, `incomplete_details.reason` and `status` of
 * responses, `done_reason` of Ollama, those of Anthropic, Gemini, DeepSeek, GLM and GigaChat, which gateways hand on.
 */
const ENDS: Readonly<Record<string, End>> = {
  length: 'truncated',
  max_tokens: 'truncated',
  max_output_tokens: 'truncated',
  max_length: 'truncated',
  model_length: 'truncated',
  token_limit: 'truncated',
  model_context_window_exceeded: 'truncated',
  incomplete: 'truncated',
  content_filter: 'refused',
  content_filtered: 'refused',
  refusal: 'refused',
  blacklist: 'refused',
  blocklist: 'refused',
  sensitive: 'refused',
  safety: 'refused',
  recitation: 'refused',
  prohibited_content: 'refused',
  spii: 'refused',
  moderation: 'refused',
  guardrail_intervened: 'refused',
  error: 'failed',
  failed: 'failed',
  abort: 'failed',
  aborted: 'failed',
  cancelled: 'failed',
  engine_error: 'failed',
  network_error: 'failed',
  insufficient_system_resource: 'failed',
  unexpected_tool_call: 'failed',
  malformed_function_call: 'failed',
}

/** What words mean that are in no list: gateways put others before them, and new ones come. The first match counts. */
const MEANT: readonly (readonly [RegExp, End])[] = [
  [/filter|safety|moderat|refus|sensitive|toxic|prohibit|guardrail|block|polic(?:y|ies)|harm/, 'refused'],
  [/length|max_|limit|truncat|context_window/, 'truncated'],
  [/error|fail|abort|cancel|time_?out|overload|unavailable|insufficient/, 'failed'],
]

/** A word that means nothing known ends a whole answer: its reader finds out. */
export function endOf(reason: string): End {
  const word = reason
    .trim()
    .replace(/(?<=[a-z])(?=[A-Z])/g, '_')
    .toLowerCase()
    .replace(/[\s.-]+/g, '_')
  return ENDS[word] ?? MEANT.find(([pattern]) => pattern.test(word))?.[1] ?? 'whole'
}

/** What some send as a finish reason while they have not finished. */
const UNFINISHED = ['', 'null', 'none', 'in_progress', 'queued']
export const isFinish = (reason: string): boolean => !UNFINISHED.includes(reason.trim().toLowerCase())
