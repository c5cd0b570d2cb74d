import { sql } from 'kysely'
import { ONE_PLAN } from './preparing-client.ts'

/** In a statement that finds its rows by their keys, whatever it looks like: it is planned once a connection. */
export const onePlan = sql.raw(ONE_PLAN)
