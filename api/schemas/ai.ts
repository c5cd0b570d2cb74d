import { z } from 'zod'
import { KINDS, PLATFORMS } from '../../script/script.ts'
import { text } from './text.ts'

export const GenerationBody = z.strictObject({
  brief: text(10, 8_000),
  kind: z.enum(KINDS).optional(),
  platform: z.enum(PLATFORMS).optional(),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/i, 'must be a language tag such as ru or en')
    .max(35)
    .optional(),
  tone: z.array(text(1, 50)).max(10).optional(),
  audience: text(0, 500).optional(),
  target_duration_s: z.number().min(5, 'must be at least 5').max(1_800, 'must be at most 1800').optional(),
  cta: text(0, 500).optional(),
  must_include: z.array(text(1, 300)).max(20).optional(),
  must_avoid: z.array(text(1, 100)).max(50).optional(),
})

export const Provider = z.object({ name: z.string(), model: z.string(), is_demo: z.boolean(), healthy: z.boolean() })
