import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { GenerationBody } from '../../api/schemas/ai.ts'
import type { GenerationRequest } from '../../script/script.ts'

/** A brief of the evaluation, under a name by which two runs are compared. */
export interface NamedBrief {
  readonly name: string
  readonly request: GenerationRequest
}

const File = z.array(z.looseObject({ name: z.string().regex(/^[a-z0-9-]+$/) })).min(1)

/** The set, each brief as the API would take it. @throws ZodError */
export const readBriefs = (path: string | URL): readonly NamedBrief[] =>
  File.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ name, ...body }) => ({
    name,
    request: GenerationBody.parse(body) as GenerationRequest,
  }))
