import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { GenerationBody } from '../../api/schemas/ai.ts'
import { LAW_IDS, type LawId } from '../../script/law/law-ids.ts'
import type { GenerationRequest } from '../../script/script.ts'

/** A brief of the evaluation, under a name by which two runs are compared. */
export interface NamedBrief {
  readonly name: string
  readonly request: GenerationRequest
  /** Whether its script must bear the mark of an advertisement; absent: not asked. */
  readonly mark?: boolean
  /** Rows of the advertising law that must apply beside what applies to all. */
  readonly laws?: readonly LawId[]
}

const File = z
  .array(
    z.looseObject({
      name: z.string().regex(/^[a-z0-9-]+$/),
      mark: z.boolean().optional(),
      laws: z.array(z.enum(LAW_IDS)).optional(),
    }),
  )
  .min(1)

/** The set, each brief as the API would take it. @throws ZodError */
export const readBriefs = (path: string | URL): readonly NamedBrief[] =>
  File.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ name, mark, laws, ...body }) => ({
    name,
    request: GenerationBody.parse(body) as GenerationRequest,
    ...(mark !== undefined && { mark }),
    ...(laws && { laws }),
  }))
