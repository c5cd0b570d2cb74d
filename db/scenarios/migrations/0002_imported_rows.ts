import type { Kysely } from 'kysely'
import { createImportTables } from '../../imported-rows/tables.ts'

export const up = (db: Kysely<unknown>): Promise<void> => createImportTables(db)
