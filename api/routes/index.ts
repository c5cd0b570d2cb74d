import type { ApiDeps } from '../context.ts'
import type { Route } from '../route.ts'
import { aiRoutes } from './ai.ts'
import { authRoutes } from './auth.ts'
import { commentRoutes } from './comments.ts'
import { notificationSettingsRoutes } from './notification-settings.ts'
import { notificationRoutes } from './notifications.ts'
import { exportRoutes } from './exports.ts'
import { devOutboxRoutes } from './dev-outbox.ts'
import { operationRoutes } from './operations.ts'
import { passwordRoutes } from './passwords.ts'
import { scenarioRoutes } from './scenarios.ts'
import { personRoutes } from './person.ts'
import { phoneRoutes } from './phone.ts'
import { sessionRoutes } from './sessions.ts'
import { shareRoutes } from './shares.ts'
import { systemRoutes } from './system.ts'
import { templateRoutes } from './templates.ts'
import { userRoutes } from './users.ts'
import { verificationRoutes } from './verification.ts'
import { versionRoutes } from './versions.ts'

/** Which service each group of routes belongs to; `SERVICES` chooses the groups of a process. */
export function allRoutes(deps: ApiDeps): Route[] {
  const groups = {
    auth: [...authRoutes(deps), ...sessionRoutes(deps), ...passwordRoutes(deps), ...verificationRoutes(deps)],
    users: [...userRoutes(deps), ...phoneRoutes(deps), ...personRoutes(deps)],
    scenarios: [
      ...scenarioRoutes(deps),
      ...exportRoutes(deps),
      ...versionRoutes(deps),
      ...commentRoutes(deps),
      ...templateRoutes(deps),
      ...shareRoutes(deps),
    ],
    ai: aiRoutes(deps),
    notifications: [...notificationRoutes(deps), ...notificationSettingsRoutes(deps)],
  }
  const served = [...operationRoutes(deps), ...deps.config.SERVICES.flatMap((service): Route[] => groups[service])]
  return [...served, ...systemRoutes(deps, served), ...devOutboxRoutes(deps)]
}
