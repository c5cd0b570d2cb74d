import { VARIABLES, type Config } from '../config.ts'
import type { Stoppable } from '../lifecycle.ts'
import { recordShare } from '../telemetry/trace.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Discovery } from './discovery.ts'

type Live = 'LOG_LEVEL' | 'TRACE_SHARE'

/**
 * Settings that a running process takes: a variable of the same name, checked by the same schema. One that is wrong is refused and told,
 * the last good one stays; one that is gone is again what the environment says. Each change is a line of the log.
 */
export function keepSettings(discovery: Discovery, config: Pick<Config, Live>, logger: Logger): Stoppable {
  const kept: Record<Live, string> = { LOG_LEVEL: config.LOG_LEVEL, TRACE_SHARE: String(config.TRACE_SHARE) }
  const begun = { ...kept }
  const refused = new Map<string, string>()
  const use: Record<Live, (text: string) => void> = {
    LOG_LEVEL: (text) => {
      logger.level = text
    },
    TRACE_SHARE: (text) => recordShare(Number(text)),
  }
  const isLive = (name: string): name is Live => Object.hasOwn(use, name)
  const refuse = (variable: string, text: string, reason: string) => {
    // Once for each wrong value, whatever else changes beside it.
    if (refused.get(variable) === text) return
    refused.set(variable, text)
    // Not the value: somebody may have put a secret there.
    logger.error({ variable, reason }, 'a setting in Consul is refused: the last good one stays')
  }
  const take = (variable: Live, text: string) => {
    if (kept[variable] === text) return
    const before = kept[variable]
    kept[variable] = text
    use[variable](text)
    logger.warn({ variable, before, after: text }, 'a setting was changed in Consul')
  }
  return discovery.settings((values) => {
    for (const name of refused.keys()) if (!values.has(name)) refused.delete(name)
    for (const name of values.keys())
      if (!isLive(name)) refuse(name, '', `is none that a running process takes: ${Object.keys(use).join(', ')}`)
    for (const name of Object.keys(use) as Live[]) {
      const text = values.get(name)?.trim()
      const parsed = text === undefined ? undefined : VARIABLES[name].schema.safeParse(text)
      if (text === undefined || parsed?.success) {
        refused.delete(name)
        take(name, text ?? begun[name])
      } else refuse(name, text, parsed?.error.issues[0]?.message ?? 'is wrong')
    }
  })
}
