import type { Config } from '../../config.ts'
import { createDemoProvider } from './demo.ts'
import { createOpenAiProvider, type OpenAiConfig } from './openai.ts'
import type { ScriptProvider } from './provider.ts'

/**
 * The provider that the configuration asks for. The demo provider writes only where neither key nor URL is set: a provider
 * that fails is a failure, never a reason to hand out a demo script as the real thing.
 */
export const selectProvider = (config: OpenAiConfig & Pick<Config, 'demo'>): ScriptProvider =>
  config.demo ? createDemoProvider() : createOpenAiProvider(config)
