import type { Middleware } from 'koa'
import { findLocale } from '../../../db/users/profiles.ts'
import type { Databases } from '../../../db/databases.ts'
import { DEFAULT_LANGUAGE, languageOfLocale, type Language } from '../../../language.ts'
import { acceptedLanguage } from '../accept-language.ts'
import { createSideQuestion } from '../side-question.ts'
import type { RequestState } from './state.ts'

/**
 * Finds the language when it is asked for: the profile is read only for answers that carry texts and came without `Accept-Language`. While
 * profiles cannot be read, answers come in the language of those who have none.
 */
export function language(databases: Pick<Databases, 'users'>): Middleware<RequestState> {
  const localeOf = createSideQuestion((id: string) => findLocale(databases.users, id))
  return (ctx, next) => {
    let found: Promise<Language> | undefined
    const find = async (): Promise<Language> => {
      const accepted = acceptedLanguage(ctx.get('accept-language'))
      if (accepted) return accepted
      if (!ctx.state.user) return DEFAULT_LANGUAGE
      const locale = await localeOf(ctx.state.user.id)
      return locale === undefined ? DEFAULT_LANGUAGE : languageOfLocale(locale.answer)
    }
    ctx.state.language = () => (found ??= find())
    return next()
  }
}
