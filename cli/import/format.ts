import { z } from 'zod'

/** Rows of the monolith, with its own names. Columns that it may have beside these are ignored; moments without a zone are UTC. */
const id = z.coerce.number().int().positive()
const moment = z
  .union([z.date(), z.string()])
  .transform((value) =>
    value instanceof Date
      ? value
      : new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value.replace(' ', 'T')}Z`),
  )
  .refine((date) => !Number.isNaN(date.getTime()), 'must be a moment')

export const OldUser = z.object({
  id,
  username: z.string(),
  email: z.string(),
  phone_number: z.string().nullish(),
  hashed_pwd: z.string(),
})
export const OldScenario = z.object({
  id,
  title: z.string(),
  content: z.string(),
  description: z.string().nullish(),
  status: z.string(),
  user_id: id,
  created_at: moment,
  updated_at: moment,
})
export const OldTag = z.object({ id, name: z.string() })
export const OldScenarioTag = z.object({ scenario_id: id, tag_id: id })
export const OldComment = z.object({
  id,
  content: z.string(),
  scenario_id: id,
  user_id: id,
  parent_id: id.nullish(),
  created_at: moment.nullish(),
})
export const OldShare = z.object({ scenario_id: id, user_id: id, permission: z.string() })

/** The documented file: one array for each table of the monolith. */
export const MonolithFile = z.strictObject({
  format: z.literal('scenor.monolith'),
  version: z.literal(1),
  users: z.array(OldUser),
  scenarios: z.array(OldScenario).default([]),
  tags: z.array(OldTag).default([]),
  scenario_tags: z.array(OldScenarioTag).default([]),
  comments: z.array(OldComment).default([]),
  scenario_shares: z.array(OldShare).default([]),
})
export type Monolith = Omit<z.output<typeof MonolithFile>, 'format' | 'version'>
export type OldUser = z.output<typeof OldUser>
export type OldScenario = z.output<typeof OldScenario>
