/** `npm run docs:openapi`: writes docs/openapi.json, what `GET /openapi.json` answers. */
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { ApiDeps } from '../../api/context.ts'
import { allRoutes } from '../../api/routes/index.ts'
import { NO_KEYS } from '../support/key-rings.ts'
import { loadConfig } from '../../config.ts'

export const CHECKED_IN = new URL('../../docs/openapi.json', import.meta.url)

/** The document of all services' routes. Routes are data: they are read here, and no handler of theirs is called. */
export async function openApiText(): Promise<string> {
  const deps = { config: loadConfig({}), databases: {}, keys: NO_KEYS }
  const routes = allRoutes(deps as unknown as ApiDeps)
  const [described] = routes.filter(({ path }) => path === '/openapi.json')
  const answer = await described?.handle({} as never)
  return `${JSON.stringify((answer as { body: unknown }).body, null, 2)}\n`
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(CHECKED_IN, await openApiText())
