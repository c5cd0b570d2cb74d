import { randomUUID } from 'node:crypto'
import { insertGeneration } from '../../db/ai/generations.ts'
import { appendEvent } from '../../events/outbox.ts'
import type { GenerationRequest } from '../../script/script.ts'
import { GENERATION, generationId, type GenerationInput } from '../../workflows/generation.contract.ts'
import { generationSummary } from '../../script/summary.ts'
import type { ApiDeps } from '../context.ts'
import { route, type Route } from '../route.ts'
import { GenerationBody } from '../schemas/ai.ts'
import { Operation } from '../schemas/operations.ts'

export function aiRoutes({ config, databases, acceptor }: ApiDeps): Route[] {
  return [
    route({
      method: 'post',
      path: '/ai/generate',
      summary: 'Write a script from a brief',
      auth: 'user',
      body: GenerationBody,
      idempotent: true,
      responses: { 202: Operation },
      handle: ({ user, body, requestId, ...request }) => {
        const id = generationId(randomUUID())
        const input: GenerationInput = {
          operation_id: id,
          owner_id: user.id,
          request_id: requestId,
          give_up_s: config.AI_GIVE_UP_S,
          call_timeout_ms: config.AI_TIMEOUT_MS,
        }
        const asked = body as GenerationRequest
        const operation = {
          id,
          kind: 'generation' as const,
          owner_id: user.id,
          request_id: requestId,
          workflow: GENERATION,
          input,
          summary: generationSummary(asked, config.demo),
        }
        return acceptor.accept(request, 'ai', databases.ai, operation, async (trx) => {
          await insertGeneration(trx, { operation_id: id, owner_id: user.id, request: asked })
          await appendEvent(trx, 'generation_started', { operation_id: id, owner_id: user.id }, requestId)
        })
      },
    }),
  ]
}
