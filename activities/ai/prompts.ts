import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** The words that a model is instructed with. Instructions only: nothing that a person wrote is ever put into them. */
export interface Prompt {
  readonly name: string
  /** From the file's first line. Raised with every change of a word: runs are compared by it. */
  readonly version: number
  /** SHA-256 of the file, so that a change without a new version shows. */
  readonly hash: string
  readonly text: string
}

/** @throws Error when the file has no `version: <n>` as its first line */
function load(name: string): Prompt {
  const file = readFileSync(new URL(`./prompts/${name}.md`, import.meta.url), 'utf8')
  const version = /^version: (\d+)\n\n/.exec(file)
  if (!version) throw new Error(`prompts/${name}.md must begin with "version: <number>" and an empty line`)
  const hash = createHash('sha256').update(file).digest('hex')
  return { name, version: Number(version[1]), hash, text: file.slice(version[0].length).trimEnd() }
}

export const PROMPTS = {
  script: load('script'),
  outline: load('outline'),
  scene: load('scene'),
  polish: load('polish'),
  repair: load('repair'),
  rewrite: load('rewrite'),
  titles: load('titles'),
}
