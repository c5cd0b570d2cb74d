/**
 * Makes `db/users/confusables.json` from Unicode's table of characters that look alike (UTS #39, `confusables.txt`), as the crate
 * unicode-security has it in `src/tables.rs`: `node cli/confusables.ts tables.rs`. Kept are characters that a username can be of.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { isUsernameCharacter } from '../db/users/username.ts'

const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('usage: node cli/confusables.ts <tables.rs>')
const text = readFileSync(source, 'utf8')
const begin = text.indexOf("const CONFUSABLES: &'static [(char, &'static [char])]")
const table = text.slice(begin, text.indexOf('];', begin))
const unicode = /UNICODE_VERSION: \(u64, u64, u64\) = \((\d+), (\d+), (\d+)\)/.exec(text)?.slice(1).join('.')
const characters = (codes: string) =>
  [...codes.matchAll(/\\u\{([0-9a-f]+)\}/g)].map(([, hex = '']) => String.fromCodePoint(parseInt(hex, 16))).join('')
const pairs = [...table.matchAll(/\(('\\u\{[0-9a-f]+\}'),\s*&\[([^\]]*)\]\)/g)]
  .map(([, from = '', to = '']) => [characters(from), characters(to)] as const)
  .filter(([from]) => isUsernameCharacter(from))
if (pairs.length === 0 || unicode === undefined) throw new Error(`${source} has no such table`)
const json = JSON.stringify({ unicode, prototypes: Object.fromEntries(pairs) }, null, 2)
// As escapes: half of them would be seen as what they are not, which is the point of the table.
const escaped = json.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
writeFileSync(new URL('../db/users/confusables.json', import.meta.url), `${escaped}\n`)
process.stdout.write(`${pairs.length} characters of Unicode ${unicode}\n`)
