import { fail } from '../../errors/errors.ts'

/** @throws AppError stream.id_gone: what came behind that event cannot be told without a gap */
export const idGone = (): never => fail('stream.id_gone')

/**
 * The last event that a client has, as its header says (`EventSource` reconnecting by itself), else as its query does (an `EventSource`
 * made anew cannot set the header); undefined without one, '0' for none yet.
 * @throws AppError stream.id_gone for what is no number of ours
 */
export function seenId(header: string | undefined, query: string | undefined): string | undefined {
  const given = header ?? query
  return given === undefined || /^\d{1,15}$/.test(given) ? given : idGone()
}
