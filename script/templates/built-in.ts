import type { Language } from '../../language.ts'
import { ENGLISH } from './en.ts'
import { RUSSIAN } from './ru.ts'
import type { BuiltInTemplate } from './template.ts'

const BY_LANGUAGE: Record<Language, readonly BuiltInTemplate[]> = { ru: RUSSIAN, en: ENGLISH }

export const BUILT_IN: readonly BuiltInTemplate[] = Object.values(BY_LANGUAGE).flat()

/** When they became part of the product: their place in lists. */
export const BUILT_IN_SINCE = new Date('2026-11-01T00:00:00.000Z')
