import { errorTitle, isErrorCode, type Language } from '../errors.ts'

/** What the text of a notification needs: ids, codes and numbers, never words of people. */
export type Params = Readonly<Record<string, string | number>>

export interface Wording {
  readonly title: string
  readonly body: string
}

type Texts = Record<Language, (params: Params) => Wording>

const ROLES: Record<Language, Record<string, string>> = {
  ru: { viewer: 'можно смотреть', commenter: 'можно комментировать', editor: 'можно редактировать' },
  en: { viewer: 'you may read it', commenter: 'you may comment on it', editor: 'you may edit it' },
}

/** Why a model provider does not work, where somebody must do something about it. */
const OUTAGES: Record<Language, Record<string, string>> = {
  ru: {
    quota: 'Деньги или квота у него закончились. Пополните счёт.',
    rejected: 'Он не принимает ключ или модель. Проверьте настройки.',
  },
  en: {
    quota: 'Its money or quota is used up. Top it up.',
    rejected: 'It refuses the key or the model. Check the settings.',
  },
}

const reason = ({ code }: Params, language: Language): string =>
  errorTitle(isErrorCode(code) ? code : 'internal.error', language)

const at = ({ at: moment }: Params, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(String(moment)),
  )

/** Every kind of notification that the system writes by itself. */
const TEXTS = {
  welcome: {
    ru: () => ({ title: 'Добро пожаловать', body: 'Опишите идею ролика в нескольких фразах — сценарий появится сам.' }),
    en: () => ({ title: 'Welcome', body: 'Describe a video in a few sentences, and its script will appear.' }),
  },
  password_changed: {
    ru: () => ({ title: 'Пароль изменён', body: 'Если это были не вы, сбросьте пароль прямо сейчас.' }),
    en: () => ({ title: 'Your password was changed', body: 'If this was not you, reset your password right now.' }),
  },
  new_sign_in: {
    ru: (p) => ({
      title: 'Новый вход в аккаунт',
      body: `Вход выполнен ${at(p, 'ru')} (UTC). Если это были не вы, смените пароль и завершите чужие сеансы.`,
    }),
    en: (p) => ({
      title: 'New sign-in to your account',
      body: `Somebody signed in on ${at(p, 'en')} (UTC). If this was not you, change your password and end the sessions you do not know.`,
    }),
  },
  generation_succeeded: {
    ru: () => ({ title: 'Сценарий готов', body: 'Его можно читать, править и скачать.' }),
    en: () => ({ title: 'Your script is ready', body: 'You can read, edit and export it.' }),
  },
  generation_failed: {
    ru: (p) => ({ title: 'Сценарий не получился', body: `${reason(p, 'ru')}. Попробуйте ещё раз.` }),
    en: (p) => ({ title: 'The script could not be written', body: `${reason(p, 'en')}. Try again.` }),
  },
  generation_attention: {
    ru: (p) => ({
      title: 'Сценарию нужно ваше внимание',
      body: `${reason(p, 'ru')}. Измените запрос и начните снова.`,
    }),
    en: (p) => ({
      title: 'Your script needs your attention',
      body: `${reason(p, 'en')}. Change the request and start again.`,
    }),
  },
  shared: {
    ru: (p) => ({
      title: 'С вами поделились сценарием',
      body: `Теперь он в ваших сценариях: ${ROLES.ru[p['role'] ?? ''] ?? ''}.`,
    }),
    en: (p) => ({
      title: 'A script was shared with you',
      body: `You find it among yours: ${ROLES.en[p['role'] ?? ''] ?? ''}.`,
    }),
  },
  comment: {
    ru: () => ({ title: 'Новый комментарий', body: 'К вашему сценарию написали комментарий.' }),
    en: () => ({ title: 'New comment', body: 'Somebody commented on your script.' }),
  },
  reply: {
    ru: () => ({ title: 'Ответ на ваш комментарий', body: 'В обсуждении, которое вы начали, появился ответ.' }),
    en: () => ({ title: 'Reply to your comment', body: 'There is a reply in the thread that you began.' }),
  },
  budget: {
    ru: (p) =>
      Number(p['percent']) >= 100
        ? { title: 'Бюджет на месяц исчерпан', body: 'Новые сценарии можно будет писать в следующем месяце.' }
        : { title: `Потрачено ${p['percent']} % бюджета`, body: 'До конца месяца осталось немного.' },
    en: (p) =>
      Number(p['percent']) >= 100
        ? { title: 'The budget for this month is spent', body: 'New scripts can be written again next month.' }
        : { title: `${p['percent']} % of the budget is spent`, body: 'Little is left for this month.' },
  },
  provider_failed: {
    ru: (p) => ({
      title: `Провайдер ${p['provider']} не работает`,
      body: OUTAGES.ru[p['reason'] ?? ''] ?? 'Он не отвечает. Сценарии пишут другие провайдеры, если они настроены.',
    }),
    en: (p) => ({
      title: `The provider ${p['provider']} does not work`,
      body: OUTAGES.en[p['reason'] ?? ''] ?? 'It does not answer. Others write meanwhile, where there are any.',
    }),
  },
  erasure_scheduled: {
    ru: (p) => ({
      title: 'Аккаунт будет удалён',
      body: `Все данные исчезнут ${at(p, 'ru')} (UTC). До этого удаление можно отменить.`,
    }),
    en: (p) => ({
      title: 'Your account will be erased',
      body: `Everything goes on ${at(p, 'en')} (UTC). Until then you can cancel it.`,
    }),
  },
} as const satisfies Record<string, Texts>

export type Kind = keyof typeof TEXTS

/** The text of a notification as the reader gets it. Custom ones have words of their own. */
export function wordingOf(
  { kind, params, title, body }: { kind: string; params: Params; title: string | null; body: string | null },
  language: Language,
): Wording {
  if (title !== null && body !== null) return { title, body }
  const texts: Texts = TEXTS[kind as Kind] ?? TEXTS.welcome
  return texts[language](params)
}
