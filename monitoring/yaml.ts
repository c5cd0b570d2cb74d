/** What a file of Prometheus or Alertmanager is made of. */
export type Yaml = string | number | boolean | null | readonly Yaml[] | { readonly [key: string]: Yaml | undefined }

/** Words that stand without quotes; all else is quoted as in JSON, which YAML reads. */
const PLAIN = /^[A-Za-z][\w/-]*$/
const WORDS = /^(true|false|yes|no|on|off|null|y|n)$/i
const scalar = (value: Yaml): string =>
  typeof value === 'string' && PLAIN.test(value) && !WORDS.test(value) ? value : JSON.stringify(value)
const isEmpty = (value: object) => Object.keys(value).length === 0

/** As YAML, in the order of the keys, without what is undefined. */
export function toYaml(value: Yaml, indent = ''): string {
  if (value === null || typeof value !== 'object') return `${scalar(value)}\n`
  if (isEmpty(value)) return Array.isArray(value) ? '[]\n' : '{}\n'
  if (Array.isArray(value))
    return (value as readonly Yaml[]).map((one) => `${indent}- ${toYaml(one, `${indent}  `).trimStart()}`).join('')
  return Object.entries(value)
    .filter((entry): entry is [string, Yaml] => entry[1] !== undefined)
    .map(([key, one]) => {
      const nested = one !== null && typeof one === 'object' && !isEmpty(one)
      return `${indent}${scalar(key)}:${nested ? `\n${toYaml(one, `${indent}  `)}` : ` ${toYaml(one)}`}`
    })
    .join('')
}
