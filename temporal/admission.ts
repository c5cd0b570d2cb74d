import type { Config } from '../config.ts'
import { tokenFault, type TokenFault } from '../keys/temporal-token.ts'
import { connectionSettings } from './client.ts'
import { temporalFault, type TemporalFault } from './faults.ts'
import { tlsFault, type TlsFault } from './handshake.ts'
import { tokenOf } from './token-file.ts'

/** What keeps this process from the server, where it is what the process shows, or whom it trusts. */
export type Refusal = TokenFault | TlsFault

/** Known before the server is asked for what it would refuse. */
class Refused extends Error {
  readonly fault: Refusal
  constructor(fault: Refusal) {
    super(`the Temporal server would refuse it: ${fault}`)
    this.fault = fault
  }
}

/**
 * With a token that only reads a worker connects, and then asks for work in vain, of which the SDK says nothing.
 * @throws Error that `whyAway` knows
 */
export function mustWrite(config: Config): void {
  const token = tokenOf(config)
  if (token !== undefined && tokenFault(token, config.TEMPORAL_NAMESPACE) === 'token_reads_only')
    throw new Refused('token_reads_only')
}

const NO_WORD: readonly (TemporalFault | Refusal)[] = ['unreachable', 'no_answer', 'not_trusted', 'unknown']

/** What an error tells, and the token where the server says no more than `Request unauthorized`. */
export function faultOf(error: unknown, config: Config): TemporalFault | Refusal {
  if (error instanceof Refused) return error.fault
  const fault = temporalFault(error)
  return fault === 'not_allowed' ? tokenFault(tokenOf(config), config.TEMPORAL_NAMESPACE) : fault
}

/**
 * Why a call did not get through, as exactly as can be told from here. A server that does not like a certificate says nothing of it: so it
 * shakes hands once, which may take some seconds.
 */
export async function whyAway(error: unknown, config: Config): Promise<TemporalFault | Refusal> {
  const fault = faultOf(error, config)
  if (!NO_WORD.includes(fault)) return fault
  const { address, tls } = await connectionSettings(config)
  const own =
    tls === undefined
      ? undefined
      : tls === true
        ? {}
        : {
            ca: tls.serverRootCACertificate && Buffer.from(tls.serverRootCACertificate),
            cert: tls.clientCertPair && Buffer.from(tls.clientCertPair.crt),
            key: tls.clientCertPair && Buffer.from(tls.clientCertPair.key),
          }
  return (await tlsFault(address, own)) ?? fault
}

/** Whether the server, or this process, refused the other: waiting alone mends nothing. */
export const isRefusal = (fault: TemporalFault | Refusal): boolean =>
  /^(token|certificate|not_trusted|other_name|tls_|no_tls)/.test(fault)
