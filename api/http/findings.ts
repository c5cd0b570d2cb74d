import type { FieldError } from '../../errors/errors.ts'
import type { Reason } from '../../errors/reasons.ts'
import { pointer } from './pointer.ts'

/** As many wrong fields as a person can use; whoever sends more is told of these, and the rest is not looked for. */
export const MAX_FINDINGS = 20

/** What is wrong with a value, as it is found. Pointers are made for findings alone: a body has thousands of places. */
export class Findings {
  readonly errors: FieldError[] = []
  /** The place that is looked at. */
  readonly path: PropertyKey[] = []

  get full(): boolean {
    return this.errors.length >= MAX_FINDINGS
  }

  /** The pointer to the place that is looked at, or to a part of it. */
  here(...below: readonly PropertyKey[]): string {
    return pointer([...this.path, ...below])
  }

  add(reason: Reason, ...below: readonly PropertyKey[]): void {
    this.addAt(this.here(...below), reason)
  }

  addAt(path: string, reason: Reason): void {
    if (!this.full) this.errors.push({ path, reason })
  }

  /** Looks at a part. */
  within<T>(key: PropertyKey, look: () => T): T {
    this.path.push(key)
    const seen = look()
    this.path.pop()
    return seen
  }
}
