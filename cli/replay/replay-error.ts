/** Something a person can put right; shown without a stack. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError'
}
