import { detectLanguage } from './language.ts'
import type { GenerationRequest } from './script.ts'

const NAMES = {
  ad: 'Реклама',
  integration: 'Интеграция',
  tutorial: 'Урок',
  short: 'Шортс',
  review: 'Обзор',
  explainer: 'Объяснение',
  other: 'Ролик',
} as const

/** What operators read of a generation in the Web UI: kind, length, language; nothing of the person or the brief. */
export function generationSummary(request: GenerationRequest, isDemo: boolean): string {
  const parts = [
    request.target_duration_s === undefined
      ? NAMES[request.kind ?? 'other']
      : `${NAMES[request.kind ?? 'other']} ${request.target_duration_s} с`,
    request.language ?? detectLanguage(request.brief),
    ...(isDemo ? ['демо'] : []),
  ]
  return parts.join(', ')
}

/** The same of a scene written anew, and of titles. */
export const sceneSummary = (language: string, isDemo: boolean): string => line('Сцена заново', language, isDemo)
export const titlesSummary = (language: string, isDemo: boolean): string => line('Названия', language, isDemo)

const line = (what: string, language: string, isDemo: boolean): string =>
  [what, language, ...(isDemo ? ['демо'] : [])].join(', ')
