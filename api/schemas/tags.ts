import { z } from 'zod'

export const TagList = z.object({ items: z.array(z.object({ name: z.string(), count: z.int().positive() })) })
