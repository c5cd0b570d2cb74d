import Router from '@koa/router'
import Koa from 'koa'
import { fail } from '../errors/errors.ts'
import type { ApiDeps } from './context.ts'
import { accessLog } from './http/middleware/access-log.ts'
import { cors } from './http/middleware/cors.ts'
import { headers } from './http/middleware/headers.ts'
import { language } from './http/middleware/language.ts'
import { problems } from './http/middleware/problems.ts'
import { requestId } from './http/middleware/request-id.ts'
import type { RequestState } from './http/middleware/state.ts'
import { serve } from './pipeline.ts'
import type { Route } from './http/route.ts'
import { allRoutes } from './routes/index.ts'

/** The public application. Never listens; `root.ts` does. */
export function createApp(deps: ApiDeps): Koa<RequestState> {
  const app = new Koa<RequestState>()
  // Errors are answered and logged by `problems`; what still arrives here is a socket that broke while an answer was written.
  app.on('error', (error: unknown) => deps.logger.debug({ err: error }, 'connection error'))
  app.use(requestId(deps.logger))
  app.use(headers)
  app.use(language(deps.databases))
  app.use(accessLog(deps.logger))
  app.use(cors(deps.config.CORS_ORIGINS))
  app.use(problems)
  app.use(mount(allRoutes(deps), deps))
  app.use((ctx) => {
    const layers = ctx['matched'] as { methods: string[] }[] | undefined
    if (!layers?.length) fail('route.not_found')
    fail('route.method_not_allowed', { headers: { Allow: [...new Set(layers.flatMap((l) => l.methods))].join(', ') } })
  })
  return app
}

/** The part of a path that chooses the router: `/api/v1/scenarios`, `/health`. */
const wordOf = (path: string): string => /^(\/api\/v1)?\/[^/]*/.exec(path)?.[0] ?? ''

/** A router for each word: one for all would try a hundred patterns on each request (9 µs of the 200 that a poll takes). */
function mount(routes: readonly Route[], deps: ApiDeps): Koa.Middleware<RequestState> {
  const groups = Map.groupBy(routes, (route) => wordOf(route.base + route.path))
  const byWord = new Map([...groups].map(([word, group]) => [word, routerOf(group, deps)]))
  return (ctx, next) => byWord.get(wordOf(ctx.path))?.(ctx, next) ?? next()
}

/**
 * Literal paths go before those with parameters, for every method: `/users/profile` is not the user "profile", and `GET /scenarios/import`
 * is a wrong method, not a scenario that is missing.
 */
function routerOf(routes: readonly Route[], deps: ApiDeps): Koa.Middleware<RequestState> {
  const router = new Router<RequestState>({ strict: true, sensitive: true })
  const add = (route: Route) =>
    router.register(`${route.base}${route.path.replace(/\{(\w+)\}/g, ':$1')}`, [route.method], (ctx) => {
      ctx.state.route = route.path
      return serve(deps, route, ctx)
    })
  const isLiteral = ({ path }: Route) => !path.includes('{')
  routes.filter(isLiteral).forEach(add)
  for (const [path, layers] of Map.groupBy(router.stack, (layer) => layer.path)) {
    const headers = { Allow: [...new Set(layers.flatMap(({ methods }) => methods))].join(', ') }
    router.all(path, () => fail('route.method_not_allowed', { headers }))
  }
  routes.filter((route) => !isLiteral(route)).forEach(add)
  return router.routes() as Koa.Middleware<RequestState>
}
