import { CHECKS, type Check, type Checked, type CheckName, type Finding } from './check.ts'
import { disclosure, placeholders, repetition } from './content.ts'
import { balance, duration, hook } from './timing.ts'
import { bannedWords, cta, language, mustInclude } from './wording.ts'

const RUN: Record<CheckName, (checked: Checked) => Finding> = {
  duration,
  hook,
  cta,
  must_include: mustInclude,
  language,
  banned_words: bannedWords,
  disclosure,
  placeholders,
  balance,
  repetition,
}

/** Every check, in a fixed order, passed or not: shown on each scenario, and what a generation repairs by. */
export const runChecks = (checked: Checked): Check[] => CHECKS.map((check) => ({ check, ...RUN[check](checked) }))
