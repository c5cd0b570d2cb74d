import { CHECKS, type Check, type Checked, type CheckName, type Finding } from './check.ts'
import { placeholders, repetition } from './content.ts'
import { disclosure } from './disclosure.ts'
import { inventedFact, mustInclude } from './facts.ts'
import { balance, duration, hook } from './timing.ts'
import { bannedWords, cta, language } from './wording.ts'

const RUN: Record<CheckName, (checked: Checked) => Finding> = {
  duration,
  hook,
  cta,
  must_include: mustInclude,
  invented_fact: inventedFact,
  language,
  banned_words: bannedWords,
  disclosure,
  placeholders,
  balance,
  repetition,
}

/** Every check, in a fixed order, passed or not: shown on each scenario, and what a generation repairs by. */
export function* checksInPieces(checked: Checked): Generator<void, Check[]> {
  const checks: Check[] = []
  for (const check of CHECKS) {
    checks.push({ check, ...RUN[check](checked) })
    yield
  }
  return checks
}
