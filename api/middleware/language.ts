import type { Middleware } from 'koa'
import { findLocale } from '../../db/users/profiles.ts'
import type { Databases } from '../../db/connection.ts'
import { languageOfLocale, type Language } from '../../errors.ts'
import { acceptedLanguage } from '../language.ts'
import type { RequestState } from './state.ts'

/** Finds the language when it is asked for: the profile is read only for answers that carry texts and came without `Accept-Language`. */
export function language(databases: Pick<Databases, 'users'>): Middleware<RequestState> {
  return (ctx, next) => {
    let found: Promise<Language> | undefined
    const find = async (): Promise<Language> => {
      const accepted = acceptedLanguage(ctx.get('accept-language'))
      if (accepted) return accepted
      return ctx.state.user ? languageOfLocale(await findLocale(databases.users, ctx.state.user.id)) : 'en'
    }
    ctx.state.language = () => (found ??= find())
    return next()
  }
}
