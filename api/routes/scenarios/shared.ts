import { z } from 'zod'
import { findScenario } from '../../../db/scenarios/scenarios.ts'
import { findByLink } from '../../../db/scenarios/shares.ts'
import { fail } from '../../../errors/errors.ts'
import type { ApiDeps } from '../../context.ts'
import { isBrowser } from '../../http/browser.ts'
import { ok, route, type Route } from '../../http/route.ts'
import { missingPage } from '../../pages/forms.ts'
import { scriptPage } from '../../pages/script-page.ts'
import { presentScenario, Scenario, scenarioEtag } from '../../schemas/scenarios.ts'
import { LinkParams } from '../../schemas/shares.ts'
import { hasOwnPages } from '../pages.ts'
import { tokenHash } from '../../../keys/token-hash.ts'

/** What a link opens; the same in the API and, where there is no frontend, at the address that people are sent. */
export function sharedRoutes(deps: Pick<ApiDeps, 'config' | 'databases'>): Route[] {
  const db = deps.databases.scenarios
  const find = async (token: string) => {
    const link = await findByLink(db, tokenHash(token))
    const row = link && (await findScenario(db, link.scenario_id, link.owner_id))
    return row && { row, role: link.role }
  }
  const at = (base: Route['base']) =>
    route({
      method: 'get',
      base,
      path: '/shared/{token}',
      summary: 'What a link opens, no account needed: JSON, or for a browser a page to read',
      auth: 'none',
      missing: 'share.not_found',
      params: LinkParams,
      files: { 'application/json': Scenario, 'text/html': z.string() },
      responses: { 200: Scenario, 404: z.string() },
      etag: true,
      handle: async ({ params, language, header }) => {
        const found = await find(params.token)
        if (isBrowser(header('accept'))) return found ? scriptPage(found.row) : missingPage(await language())
        const { row, role } = found ?? fail('share.not_found')
        const lang = await language()
        return ok(presentScenario(row, role, lang), {
          etag: scenarioEtag(row.version, lang),
          // Not even to be asked about again from a cache: access ends at once.
          headers: { 'X-Robots-Tag': 'noindex', 'Cache-Control': 'no-store' },
        })
      },
    })
  return [at('/api/v1'), ...(hasOwnPages(deps) ? [at('')] : [])]
}
