import { z } from 'zod'
import { clampText, modelText } from '../../script/clean.ts'
import { DraftError, inShape } from '../../script/draft.ts'
import { spokenLanguage, type SpokenLanguage } from '../../script/language.ts'
import type { Title, TitleRequest } from '../../script/script.ts'
import { composeScript } from '../demo/compose.ts'
import { readBrief } from '../demo/topic.ts'
import { filled } from '../prompt-words.ts'
import { languageName, messagesOf, wordsFor } from '../prompt.ts'
import { PROMPTS } from '../prompts.ts'
import type { Task } from '../../llm/task.ts'

const MAX_TITLE = 100
export const ModelTitles = z.object({ titles: z.array(z.string().describe('A title, at most 100 characters')) })

/** All titles as a slate from one call: asking for several answers (`n`) is unknown to many servers. */
export const titlesTask = ({ brief, count, language }: TitleRequest): Task<Title[]> => {
  const words = wordsFor({ brief, language })
  const prompt = PROMPTS.titles[spokenLanguage(language, brief)]
  return {
    name: 'titles',
    prompt,
    messages: (marker) =>
      messagesOf(
        prompt,
        [
          filled(words.rules.writeIn, { language: languageName(language, words) }),
          filled(words.rules.titlesCount, { count }),
        ].join('\n'),
        words.wishes.titles,
        [[words.headings.video, brief]],
        marker,
      ),
    schema: ModelTitles,
    max_output_tokens: 2_048,
    read: (output) => distinct(inShape(ModelTitles, output).titles, count),
    demo: () => ({ titles: demoTitles(brief, language) }),
  }
}

/** Cleaned, without those that differ in case or marks alone, at most `count`. */
function distinct(texts: readonly string[], count: number): Title[] {
  const seen = new Set<string>()
  const titles = texts
    .map((t) =>
      clampText(
        modelText(t)
          .replace(/\s+/g, ' ')
          .replace(/^["«“](.*)["»”]$/u, '$1'),
        MAX_TITLE,
      ),
    )
    .filter((text) => {
      const key = text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
      return key !== '' && !seen.has(key) && seen.add(key)
    })
    .slice(0, count)
  if (titles.length === 0) throw new DraftError('no title in the answer')
  return titles.map((text) => ({ text, chars: [...text].length }))
}

/** A topic seen from other sides, by its name. */
const FRAMES: Record<SpokenLanguage, (name: string) => string[]> = {
  ru: (name) => [
    `${name}: коротко и по делу`,
    `Что важно знать: ${name}`,
    `${name} за одну минуту`,
    `${name}: честный рассказ`,
    `${name}: с чего начать`,
    `Почему ${name}?`,
    `${name} на примере`,
    `${name}: главное`,
  ],
  en: (name) => [
    `${name} in a minute`,
    `What to know: ${name}`,
    `${name}, plainly told`,
    `${name}: where to begin`,
    `Why ${name}?`,
    `${name} by example`,
    `${name}: the essentials`,
    `A closer look: ${name}`,
  ],
}

/** Titles without a model: the demo script's own, and the topic seen from other sides. */
function demoTitles(brief: string, tag: string): string[] {
  const language = spokenLanguage(tag, brief)
  const { title, hook } = composeScript({ brief, language }, language)
  const topic = readBrief(brief, language)
  const name = topic.thing ?? topic.subject ?? title
  return [title, hook, ...FRAMES[language](name)]
}
