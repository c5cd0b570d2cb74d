import type { ApiDeps } from '../context.ts'
import type { Route } from '../route.ts'
import { aiRoutes } from './ai.ts'
import { authRoutes } from './auth.ts'
import { operationRoutes } from './operations.ts'
import { scenarioRoutes } from './scenarios.ts'
import { systemRoutes } from './system.ts'

/** Which service each group of routes belongs to; `SERVICES` chooses the groups of a process. */
export function allRoutes(deps: ApiDeps): Route[] {
  const groups = {
    auth: authRoutes(deps),
    users: [],
    scenarios: scenarioRoutes(deps),
    ai: aiRoutes(deps),
    notifications: [],
  }
  const served = [...operationRoutes(deps), ...deps.config.SERVICES.flatMap((service): Route[] => groups[service])]
  return [...served, ...systemRoutes(deps, served)]
}
