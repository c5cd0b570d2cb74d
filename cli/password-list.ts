/**
 * Makes `api/auth/common-passwords.bin` from a list of common passwords, one a line: `node cli/password-list.ts words.txt`.
 * Kept are those of at least 8 characters (shorter ones are refused anyway), in lower case, as sorted prefixes of their SHA-1.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { nfc } from '../script/nfc.ts'

const PREFIX_BYTES = 8
const [source] = process.argv.slice(2)
if (source === undefined) throw new Error('usage: node cli/password-list.ts <file>')
const words = new Set(
  readFileSync(source, 'utf8')
    .split('\n')
    .map((word) => nfc(word.trim()).toLowerCase())
    .filter((word) => [...word].length >= 8),
)
const prefixes = [...words]
  .map((word) => createHash('sha1').update(word).digest().subarray(0, PREFIX_BYTES))
  .toSorted(Buffer.compare)
writeFileSync(new URL('../api/auth/common-passwords.bin', import.meta.url), Buffer.concat(prefixes))
process.stdout.write(`${prefixes.length} passwords\n`)
