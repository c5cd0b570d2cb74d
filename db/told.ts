import { sql } from 'kysely'

/**
 * Tells who listens to a channel (`listenTo`) that there is something for him, once the transaction is committed: for `returning` of the
 * write itself. Not for what every request writes: commits that notify go one after the other on the whole server.
 */
export const toldOn = (channel: string) => sql<string>`pg_notify(${channel}, '')`.as('told')
