/** A variable that the bench gives its bare programs. */
export function setting(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} must be set: the benches start this program`)
  return value
}
