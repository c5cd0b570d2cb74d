import type { ApiDeps } from '../context.ts'
import type { Route } from '../http/route.ts'
import type { Service } from '../../services.ts'
import { adminBulkRoutes } from './admin/bulks.ts'
import { adminCallRoutes } from './admin/calls.ts'
import { deadLetterRoutes } from './admin/dead-letters.ts'
import { installationRoutes } from './admin/installation.ts'
import { adminOperationRoutes } from './admin/operations.ts'
import { adminRunRoutes } from './admin/run.ts'
import { aiRoutes } from './ai/ai.ts'
import { authRoutes } from './auth/auth.ts'
import { commentRoutes } from './scenarios/comments.ts'
import { diffRoutes } from './scenarios/diff.ts'
import { notificationSettingsRoutes } from './notifications/settings.ts'
import { notificationRoutes } from './notifications/notifications.ts'
import { pushSubscriptionRoutes } from './notifications/push-subscriptions.ts'
import { unsubscribeRoutes } from './notifications/unsubscribe.ts'
import { exportRoutes } from './scenarios/exports.ts'
import { devMailRoutes } from './dev-mails.ts'
import { operationRoutes } from './operations.ts'
import { passwordRoutes } from './auth/passwords.ts'
import { scenarioRoutes } from './scenarios/scenarios.ts'
import { personalDataRoutes } from './users/personal-data.ts'
import { phoneRoutes } from './users/phone.ts'
import { sessionRoutes } from './auth/sessions.ts'
import { pageRoutes } from './pages.ts'
import { sharedRoutes } from './scenarios/shared.ts'
import { shareRoutes } from './scenarios/shares.ts'
import { streamRoutes } from './streams.ts'
import { studioRoutes } from './studio.ts'
import { systemRoutes } from './system.ts'
import { templateRoutes } from './scenarios/templates.ts'
import { trashRoutes } from './scenarios/trash.ts'
import { userRoutes } from './users/users.ts'
import { verificationRoutes } from './auth/verification.ts'
import { versionRoutes } from './scenarios/versions.ts'

/** The routes of each service, and those that every process serves: what the gateway sends where. */
export function routesByService(deps: ApiDeps): Readonly<Record<Service | 'every', Route[]>> {
  const pages = pageRoutes(deps)
  return {
    every: [
      ...operationRoutes(deps),
      ...streamRoutes(deps),
      ...adminOperationRoutes(deps),
      ...adminRunRoutes(deps),
      ...adminCallRoutes(deps),
      ...adminBulkRoutes(deps),
      ...installationRoutes(deps),
      ...deadLetterRoutes(deps),
    ],
    auth: [
      ...authRoutes(deps),
      ...sessionRoutes(deps),
      ...passwordRoutes(deps),
      ...verificationRoutes(deps),
      ...pages.auth,
    ],
    users: [...userRoutes(deps), ...phoneRoutes(deps), ...personalDataRoutes(deps)],
    scenarios: [
      ...scenarioRoutes(deps),
      ...trashRoutes(deps),
      ...exportRoutes(deps),
      ...versionRoutes(deps),
      ...diffRoutes(deps),
      ...commentRoutes(deps),
      ...templateRoutes(deps),
      ...shareRoutes(deps),
      ...sharedRoutes(deps),
      ...pages.scenarios,
    ],
    ai: aiRoutes(deps),
    notifications: [
      ...notificationRoutes(deps),
      ...notificationSettingsRoutes(deps),
      ...pushSubscriptionRoutes(deps),
      ...unsubscribeRoutes(deps),
    ],
  }
}

/** What a process serves; `SERVICES` chooses the groups. */
export function allRoutes(deps: ApiDeps): Route[] {
  const groups = routesByService(deps)
  const served = [...groups.every, ...deps.config.SERVICES.flatMap((service) => groups[service])]
  return [...served, ...systemRoutes(deps, served), ...studioRoutes(deps), ...devMailRoutes(deps)]
}
