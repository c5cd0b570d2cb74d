import { hash, verify } from 'argon2'
import { PARAMETERS } from '../../api/auth/passwords.ts'
import { serve } from './serve.ts'

/** The least that a login can cost: one verification with the parameters that we use. */
const secret = Buffer.alloc(32, 1)
const phc = await hash('plum-orbit-kettle-92', {
  ...PARAMETERS,
  secret,
})
serve((_request, response) => {
  void verify(phc, 'plum-orbit-kettle-92', { secret }).then((same) => {
    response.statusCode = same ? 200 : 500
    response.end()
  })
})
