import type { Config } from '../config.ts'
import { tokenFault, type TokenFault } from '../keys/temporal-token.ts'
import { connectionSettings } from './client.ts'
import { temporalFault, type TemporalFault } from './faults.ts'
import { tlsFault, type TlsFault } from './handshake.ts'
import { tokenOf } from './token-file.ts'

/** What keeps this process from the server, where it is what the process shows, or whom it trusts. */
export type Refusal = TokenFault | TlsFault

const NO_WORD: readonly TemporalFault[] = ['unreachable', 'no_answer', 'not_trusted', 'unknown']

/**
 * Why a call did not get through, as exactly as can be told from here: the server says no more than `Request unauthorized`, and where it
 * does not like a certificate nothing at all. Looks at the token, and shakes hands once.
 */
export async function whyAway(error: unknown, config: Config): Promise<TemporalFault | Refusal> {
  const fault = temporalFault(error)
  if (fault === 'not_allowed') return tokenFault(tokenOf(config), config.TEMPORAL_NAMESPACE)
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
