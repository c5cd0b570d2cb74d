import type { Kysely } from 'kysely'
import { holdIdsToTheirKind } from '../../operations/kind-of-id.ts'

export const up = (db: Kysely<unknown>): Promise<void> => holdIdsToTheirKind(db)
