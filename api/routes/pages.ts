import { z } from 'zod'
import type { ApiDeps } from '../context.ts'
import { route, type Route } from '../http/route.ts'
import { formPage, type FormName } from '../pages/forms.ts'

const HTML = { files: { 'text/html': z.string() }, responses: { 200: z.string() } } as const

const page = (path: string, form: FormName, summary: string): Route =>
  route({
    method: 'get',
    base: '',
    path,
    summary,
    auth: 'none',
    ...(path.includes('{id}') && { params: z.object({ id: z.string().max(100) }) }),
    ...HTML,
    handle: async ({ language }) => formPage(form, await language()),
  })

/** Whether links of mails lead to pages of our own: no frontend is set. */
export const hasOwnPages = ({ config }: Pick<ApiDeps, 'config'>): boolean => config.appUrl === config.publicUrl

/**
 * Where the links of mails lead while there is no frontend (`APP_URL`): small pages that make one call each. Tokens stand behind the #,
 * so that opening one tells neither a server nor a log.
 */
export function pageRoutes(deps: Pick<ApiDeps, 'config'>): Record<'auth' | 'scenarios', Route[]> {
  if (!hasOwnPages(deps)) return { auth: [], scenarios: [] }
  return {
    auth: [
      page('/verify-email', 'verify-email', 'A page to confirm an address, with the token of a mail behind the #'),
      page('/reset-password', 'reset-password', 'A page to set a new password, with the token of a mail behind the #'),
      page('/register', 'register', 'A page to register'),
    ],
    scenarios: [page('/scenarios/{id}', 'scenario', 'A page to sign in and read a script')],
  }
}
