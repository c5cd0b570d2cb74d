/** A schema of `/openapi.json`, as far as hostile bodies follow it. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
}

/** JSON text of about that many bytes, by what it attacks. */
type Filler = (bytes: number) => string

const times = (piece: string, bytes: number) => piece.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(piece))))
const list = (piece: string, bytes: number) => `[${times(`${piece},`, bytes - 8)}0]`
const numbered = (make: (i: number) => string, bytes: number) => {
  const parts: string[] = []
  for (let i = 0, size = 0; size < bytes - 40; i++) size += parts[parts.push(make(i)) - 1]!.length + 1
  return parts.join(',')
}

/** What stands in the place of any value. */
const VALUES: Readonly<Record<string, Filler>> = {
  zeros: (bytes) => list('0', bytes),
  'empty texts': (bytes) => list('""', bytes),
  'empty objects': (bytes) => list('{}', bytes),
  'objects of many shapes': (bytes) => `[${numbered((i) => `{"a${i}":0}`, bytes)}]`,
  'nested lists': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'nested objects': (bytes) => '{"a":'.repeat(bytes / 6) + '0' + '}'.repeat(bytes / 6),
  'many names': (bytes) => `{${numbered((i) => `"k${i}":0`, bytes)}}`,
  'one name again and again': (bytes) => `{${times('"a":{"b":0},', bytes - 10)}"a":0}`,
  'numbers as names': (bytes) => `{${numbered((i) => `"${4_294_967_296 + i * 65_536}":0`, bytes)}}`,
  'a long name': (bytes) => `{"${times('~/', bytes - 10)}":0}`,
  'a long number': (bytes) => times('1', bytes),
  'a long fraction': (bytes) => `0.${times('1', bytes - 2)}e-300`,
  'two marks in turn': (bytes) => `"${times('\u0301\u0316', bytes - 2)}"`,
  'marks of three classes': (bytes) => `"${times('\u0f71\u0f72\u0f74', bytes - 2)}"`,
  'thirty marks each': (bytes) => `"${times(`a${'\u0301\u0316'.repeat(15)}`, bytes - 2)}"`,
  escapes: (bytes) => `"${times('\\u0316\\u0301', bytes - 2)}"`,
  spaces: (bytes) => `"${times(' ', bytes - 2)}"`,
  'blank lines': (bytes) => `"${times('a\\n\\n', bytes - 2)}"`,
  letters: (bytes) => `"${times('Ж', bytes - 2)}"`,
  emoji: (bytes) => `"${times('🎬', bytes - 2)}"`,
  'dots and signs': (bytes) => `"${times('a.', bytes - 20)}@${'a-.'.repeat(5)}"`,
  'lone surrogates': (bytes) => list('"\\ud800"', bytes),
}

/** The schema itself, wherever it is written. */
const resolved = (schema: Schema, all: Readonly<Record<string, Schema>>): Schema => {
  const chosen = schema.anyOf?.find(({ type }) => type !== 'null') ?? schema
  return chosen.$ref ? resolved(all[chosen.$ref.split('/').at(-1)!] ?? {}, all) : chosen
}

/** Every place of a body, as the JSON text around it: `{"scenes":[{"rows":`, … */
function places(schema: Schema, all: Readonly<Record<string, Schema>>, depth = 0): [name: string, around: string][] {
  const { properties, items } = resolved(schema, all)
  const within = (part: Schema, name: string, around: (inner: string) => string) =>
    places(part, all, depth + 1).map(([n, a]): [string, string] => [name + n, around(a)])
  return [
    ['', '@'],
    ...(depth > 6 || !properties
      ? []
      : Object.entries(properties).flatMap(([key, part]) => within(part, `/${key}`, (a) => `{"${key}":${a}}`))),
    ...(depth > 6 || !items ? [] : within(items, '/0', (a) => `[${a}]`)),
  ]
}

/** Bodies of the largest size that a route takes, each of which attacks one place in one way. */
export function* hostileBodies(
  schema: Schema,
  all: Readonly<Record<string, Schema>>,
  bytes: number,
): Generator<{ name: string; body: string }> {
  for (const [place, around] of places(schema, all))
    for (const [name, fill] of Object.entries(VALUES))
      yield { name: `${name} at ${place || '/'}`, body: around.replace('@', () => fill(bytes - around.length)) }
}
