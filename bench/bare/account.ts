import Koa from 'koa'
import pg from 'pg'
import { serve } from './serve.ts'
import { setting } from './settings.ts'

/** The least that can say who somebody is: one query, the row as JSON. No authentication, no schema, no log. */
const pool = new pg.Pool({ connectionString: setting('BENCH_DATABASE_URL'), max: 10 })
const app = new Koa()
app.use(async (ctx) => {
  const { rows } = await pool.query('select id, email, roles, created_at from accounts where id = $1', [
    ctx.path.slice(1),
  ])
  ctx.body = rows[0]
})
serve(app.callback())
