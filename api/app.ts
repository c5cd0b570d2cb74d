import Router from '@koa/router'
import Koa from 'koa'
import { fail } from '../errors.ts'
import type { ApiDeps } from './context.ts'
import { accessLog } from './middleware/access-log.ts'
import { headers } from './middleware/headers.ts'
import { language } from './middleware/language.ts'
import { problems } from './middleware/problems.ts'
import { requestId } from './middleware/request-id.ts'
import type { RequestState } from './middleware/state.ts'
import { serve } from './pipeline.ts'
import type { Route } from './route.ts'
import { allRoutes } from './routes/index.ts'

/** The public application. Never listens; `main.ts` and the tests do. */
export function createApp(deps: ApiDeps): Koa<RequestState> {
  const { TRUSTED_PROXIES } = deps.config
  // Anybody can send X-Forwarded-For: limits by address would be worth nothing if it were believed from all.
  const app = new Koa<RequestState>({ proxy: TRUSTED_PROXIES > 0, maxIpsCount: TRUSTED_PROXIES })
  // Errors are answered and logged by `problems`; what still arrives here is a socket that broke while an answer was written.
  app.on('error', (error: unknown) => deps.logger.debug({ err: error }, 'connection error'))
  app.use(requestId(deps.logger))
  app.use(headers)
  app.use(language(deps.databases))
  app.use(accessLog(deps.logger, deps.metrics))
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
