import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

/** What a client got. */
export interface Exchange {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly mediaType: string
  readonly body: unknown
}

interface Described {
  readonly description: string
  readonly content?: Readonly<Record<string, unknown>>
}
interface Path {
  readonly template: string
  readonly form: RegExp
  readonly operations: Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>
}

const escaped = (text: string) => text.replaceAll(/[/~]/g, (c) => (c === '/' ? '~1' : '~0'))
const formOf = (template: string) => new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`)

/**
 * Holds every answer of a running API against its own `/openapi.json`, with a validator that knows nothing of our schemas.
 * @returns what is wrong with an exchange, or undefined
 */
export function createDescriptionCheck(origin: string): (exchange: Exchange) => Promise<string | undefined> {
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  const known = new Map<string, ValidateFunction>()
  let paths: Promise<Path[]> | undefined

  const load = async (): Promise<Path[]> => {
    const response = await fetch(`${origin}/openapi.json`)
    const document = (await response.json()) as { paths: Record<string, Path['operations']> }
    ajv.addSchema({ $id: 'document', ...document })
    return (
      Object.entries(document.paths)
        .map(([template, operations]) => ({ template, form: formOf(template), operations }))
        // Literal paths first, as they are served.
        .toSorted((a, b) => a.template.split('{').length - b.template.split('{').length)
    )
  }
  const validator = (pointer: string) => {
    const validate = known.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` })
    known.set(pointer, validate)
    return validate
  }

  return async ({ method, path, status, mediaType, body }) => {
    const found = (await (paths ??= load())).find(({ form }) => form.test(path))
    const verb = method.toLowerCase()
    const operation = found?.operations[verb]
    // Unknown routes and wrong methods are nobody's operation.
    if (!operation) return undefined
    const name = `${method} ${found.template}`
    const described = operation.responses[status]
    if (!described) return `${name} answered ${status}, which /openapi.json does not name`
    const { code } = (body ?? {}) as { code?: string }
    if (
      status >= 400 &&
      mediaType.startsWith('application/problem+json') &&
      !described.description.includes(`\`${code}\``)
    )
      return `${name} answered ${code}, which /openapi.json does not name`
    const types = Object.keys(described.content ?? {})
    const type = types.find((t) => mediaType.startsWith(t))
    if (type === undefined) return body === undefined ? undefined : `${name} answered ${mediaType}, not ${types.join()}`
    if (!type.endsWith('json')) return undefined
    const pointer = ['', 'paths', found.template, verb, 'responses', String(status), 'content', type, 'schema']
    const validate = validator(pointer.map(escaped).join('/'))
    return validate(body) ? undefined : `${name} ${status}: ${ajv.errorsText(validate.errors)}`
  }
}
