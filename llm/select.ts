import type { Config } from '../config.ts'
import { createChain, type HealthChanged } from './chain.ts'
import { createDemoProvider } from './demo.ts'
import type { ProviderMemory } from './memory.ts'
import type { ScriptProvider } from './provider.ts'

/**
 * The providers that the configuration asks for, as one. The demo provider writes only where none is configured: a provider
 * that fails is a failure, never a reason to hand out a demo script as the real thing. Who has none does without the client (240 files).
 */
export async function selectProvider(
  config: Config,
  { changed, memory }: { readonly changed?: HealthChanged; readonly memory?: ProviderMemory } = {},
): Promise<ScriptProvider> {
  if (config.demo) return createDemoProvider()
  const { createOpenAiProvider } = await import('./openai.ts')
  const limits = {
    connect_ms: config.AI_CONNECT_MS,
    first_token_ms: config.AI_FIRST_TOKEN_MS,
    idle_ms: config.AI_IDLE_MS,
    total_ms: config.AI_TIMEOUT_MS,
  }
  return createChain(
    config.providers.map((settings) => createOpenAiProvider(settings, limits, memory ? { memory } : {})),
    changed,
  )
}
