import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Prompt } from '../llm/task.ts'
import type { SpokenLanguage } from '../script/language.ts'

/** @throws Error when the file has no `version: <n>` as its first line */
function load(name: string, language: SpokenLanguage): Prompt {
  const file = readFileSync(new URL(`./prompts/${language}/${name}.md`, import.meta.url), 'utf8')
  const version = /^version: (\d+)\n\n/.exec(file)
  if (!version) throw new Error(`prompts/${language}/${name}.md must begin with "version: <number>" and an empty line`)
  const hash = createHash('sha256').update(file).digest('hex')
  return { name, version: Number(version[1]), hash, text: file.slice(version[0].length).trimEnd() }
}

/** One prompt in every language, so that a model is instructed in the language that it is to write. */
const both = (name: string): Readonly<Record<SpokenLanguage, Prompt>> => ({
  ru: load(name, 'ru'),
  en: load(name, 'en'),
})

export const PROMPTS = {
  script: both('script'),
  outline: both('outline'),
  scene: both('scene'),
  polish: both('polish'),
  repair: both('repair'),
  rewrite: both('rewrite'),
  titles: both('titles'),
}
