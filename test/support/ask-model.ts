import { afterAll, afterEach, beforeAll } from '@jest/globals'
import type { ProviderMemory } from '../../llm/memory.ts'
import { createOpenAiProvider } from '../../llm/openai.ts'
import type { CallEnd, ProviderFailure, ScriptProvider } from '../../llm/provider.ts'
import { ProviderList } from '../../llm/settings.ts'
import type { Task } from '../../llm/task.ts'
import { scriptTask } from '../../writing/tasks/script.ts'
import { startModelServer, type Behaviour, type ModelServer } from './model-server.ts'

/** Silence is told from work within a test; all else has time enough on a machine that does other things too. */
const LIMITS = { connect_ms: 10_000, first_token_ms: 8_000, idle_ms: 1_200, total_ms: 10_000 }

/** A script of 30 seconds. */
export const SCRIPT_TASK = scriptTask(
  { brief: 'Ролик о термосе, который держит чай горячим сутки.', target_duration_s: 30 },
  { template: null, base: null },
)

export interface Ended extends CallEnd {
  readonly output_mode: string
}

/** Asks for one answer and tells what became of each request on the way. */
export async function askModel<T>(task: Task<T>, by: ScriptProvider) {
  const ended: Ended[] = []
  const result = await by
    .ask(task, {
      signal: new AbortController().signal,
      onCall: async ({ output_mode }) => ({
        kept: async () => {},
        end: async (end) => void ended.push({ ...end, output_mode }),
      }),
    })
    .catch((error: unknown) => error as ProviderFailure)
  return { result, ended, value: result instanceof Error ? undefined : result.value }
}

/** For all tests of a file: one misbehaving server, forgotten after each test. */
export function misbehaving(limits: Partial<typeof LIMITS> = {}): {
  readonly server: ModelServer
  /** A provider at this server; nothing is known of it yet. */
  provider(extra?: object, memory?: ProviderMemory): ScriptProvider
} {
  const started = {} as { server: ModelServer }
  beforeAll(async () => {
    started.server = await startModelServer()
  })
  afterAll(async () => {
    await started.server[Symbol.asyncDispose]()
  })
  afterEach(() => started.server.reset())
  return {
    get server() {
      return started.server
    },
    provider: (extra = {}, memory) => {
      const entry = { name: 'any', base_url: started.server.url, model: 'm', ...extra }
      const [settings] = ProviderList.parse(JSON.stringify([entry]))
      return createOpenAiProvider(
        settings!,
        { ...LIMITS, ...limits },
        { newMarker: () => 'MARKER', ...(memory && { memory }) },
      )
    },
  }
}

/** An error of HTTP. */
export const failing = (status: number, json: unknown, headers: Record<string, string> = {}): Behaviour => ({
  status,
  json,
  headers,
})
