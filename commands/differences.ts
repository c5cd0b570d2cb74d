/** Where two values part: a path, and what stands there on each side; undefined: nothing. */
export interface Difference {
  readonly path: string
  readonly a: unknown
  readonly b: unknown
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** By path, in the order of the first value. Lists are compared place by place. */
export function differences(a: unknown, b: unknown, path = ''): Difference[] {
  if (Object.is(a, b)) return []
  if (Array.isArray(a) && Array.isArray(b))
    return Array.from({ length: Math.max(a.length, b.length) }, (_, i) => i).flatMap((i) =>
      differences(a[i], b[i], `${path}[${i}]`),
    )
  if (isObject(a) && isObject(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differences(a[key], b[key], path === '' ? key : `${path}.${key}`),
    )
  return [{ path: path || '(all)', a, b }]
}

const MAX_SHOWN = 160
const shown = (value: unknown): string => {
  if (value === undefined) return '(nothing)'
  const text = JSON.stringify(value)
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text
}

/** Two lines below each path. */
export const differenceLines = (all: readonly Difference[], [nameA, nameB]: readonly [string, string]): string[] => {
  const width = Math.max(nameA.length, nameB.length)
  return all.flatMap(({ path, a, b }) => [
    `  ${path}`,
    `    ${nameA.padEnd(width)}  ${shown(a)}`,
    `    ${nameB.padEnd(width)}  ${shown(b)}`,
  ])
}
