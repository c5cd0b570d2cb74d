import { z } from 'zod'
import type { Deleted } from '../../db/scenarios/list.ts'
import { RETENTION } from '../../retention.ts'
import { page } from '../http/cursor.ts'

const Trashed = z
  .object({
    id: z.uuid(),
    title: z.string(),
    deleted_at: z.iso.datetime(),
    /** Until when it can be restored. */
    kept_until: z.iso.datetime(),
  })
  .meta({ id: 'Trashed' })

export const TrashList = z.object({ items: z.array(Trashed), next_cursor: z.string().nullable() })
export const TrashQuery = z.object(page)

export const presentTrashed = ({ id, title, deleted_at }: Deleted): z.input<typeof Trashed> => ({
  id,
  title,
  deleted_at: deleted_at.toISOString(),
  kept_until: new Date(deleted_at.getTime() + RETENTION.deletedScenarios * 1000).toISOString(),
})
