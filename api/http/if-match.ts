import { fail } from '../../errors/errors.ts'

/**
 * Whether the request may change what has this tag. RFC 9110 §13.1.1: `*`, or a list of strong tags; a weak one never matches.
 * @param header `If-Match`
 * @param current the tag of the thing now, without quotes
 * @param same whether a named tag means the current state; tags that differ in the language of a text do
 * @throws AppError precondition.required without the header, precondition.failed (with the current tag) when none matches
 */
export function requireMatch(
  header: string | undefined,
  current: string,
  same: (named: string) => boolean = (named) => named === current,
): void {
  if (header === undefined) fail('precondition.required')
  const named = header.split(',').map((tag) => /^"([\x21\x23-\x7e]*)"$/.exec(tag.trim())?.[1])
  if (!isAny(header) && !named.some((tag) => tag !== undefined && same(tag))) stale(current)
}

/** Whether `If-Match` names no version: whatever is there may be changed. */
export const isAny = (header: string | undefined): boolean => header?.trim() === '*'

/** @throws AppError precondition.failed with the current tag */
export const stale = (current: string): never => fail('precondition.failed', { headers: { ETag: `"${current}"` } })
