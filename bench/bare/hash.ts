import { argon2id, hash, verify } from 'argon2'
import { serve } from './serve.ts'

/** The least that a login can cost: one verification with the parameters that we use. */
const secret = Buffer.alloc(32, 1)
const phc = await hash('plum-orbit-kettle-92', {
  type: argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  secret,
})
serve((_request, response) => {
  void verify(phc, 'plum-orbit-kettle-92', { secret }).then((same) => {
    response.statusCode = same ? 200 : 500
    response.end()
  })
})
