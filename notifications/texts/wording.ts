import { errorTitle, isErrorCode } from '../../errors/errors.ts'
import { type Language } from '../../language.ts'
import type { NotificationTopic } from '../topics.ts'
import { nameOfPeople, wordsOfPeople } from './words-of-people.ts'

/** What the text of a notification needs: ids, codes and numbers, never words of people. */
export type Params = Readonly<Record<string, string | number>>

export interface Wording {
  readonly title: string
  readonly body: string
}

/** The topic that it belongs to, and its text in each language. */
type KindOfNotification = Record<Language, (params: Params) => Wording> & { readonly topic: NotificationTopic }

const ROLES: Record<Language, Record<string, string>> = {
  ru: { viewer: 'можно смотреть', commenter: 'можно комментировать', editor: 'можно редактировать' },
  en: { viewer: 'you may read it', commenter: 'you may comment on it', editor: 'you may edit it' },
}

/** Why a model provider does not work, where somebody must do something about it. */
const OUTAGES: Record<Language, Record<string, string>> = {
  ru: {
    quota: 'Деньги или квота у него закончились. Пополните счёт.',
    rejected: 'Ключ, модель, адрес или сертификат не подходят. Проверьте настройки.',
  },
  en: {
    quota: 'Its money or quota is used up. Top it up.',
    rejected: 'The key, the model, the address or the certificate does not fit. Check the settings.',
  },
}

const reason = ({ code }: Params, language: Language): string =>
  errorTitle(isErrorCode(code) ? code : 'internal.error', language)

const at = ({ at: moment }: Params, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(
    new Date(String(moment)),
  )

/** What of a sign-in can be named; those of before have the time alone. */
const PLACES: Record<Language, readonly [from: string, address: string, browser: string, device: string]> = {
  ru: ['с адреса', 'неизвестного', 'браузер не опознан', 'устройство не опознано'],
  en: ['from', 'an unknown address', 'unknown browser', 'unknown device'],
}

const where = ({ address, browser, device }: Params, language: Language): string => {
  const [from, noAddress, noBrowser, noDevice] = PLACES[language]
  return `${from} ${address || noAddress} (${browser || noBrowser}, ${device || noDevice})`
}

/** Every kind of notification that the system writes by itself. */
const KINDS = {
  welcome: {
    topic: 'welcome',
    ru: () => ({ title: 'Добро пожаловать', body: 'Опишите идею ролика в нескольких фразах — сценарий появится сам.' }),
    en: () => ({ title: 'Welcome', body: 'Describe a video in a few sentences, and its script will appear.' }),
  },
  password_changed: {
    topic: 'security',
    ru: () => ({ title: 'Пароль изменён', body: 'Если это были не вы, сбросьте пароль прямо сейчас.' }),
    en: () => ({ title: 'Your password was changed', body: 'If this was not you, reset your password right now.' }),
  },
  new_sign_in: {
    topic: 'security',
    ru: (p) => ({
      title: 'Новый вход в аккаунт',
      body: `Вход выполнен ${at(p, 'ru')} (UTC) ${where(p, 'ru')}. Если это были не вы, смените пароль и завершите чужие сеансы.`,
    }),
    en: (p) => ({
      title: 'New sign-in to your account',
      body: `Somebody signed in on ${at(p, 'en')} (UTC) ${where(p, 'en')}. If this was not you, change your password and end the sessions you do not know.`,
    }),
  },
  generation_succeeded: {
    topic: 'generation_finished',
    ru: () => ({ title: 'Сценарий готов', body: 'Его можно читать, править и скачать.' }),
    en: () => ({ title: 'Your script is ready', body: 'You can read, edit and export it.' }),
  },
  generation_failed: {
    topic: 'generation_failed',
    ru: (p) => ({ title: 'Сценарий не получился', body: `${reason(p, 'ru')}. Попробуйте ещё раз.` }),
    en: (p) => ({ title: 'The script could not be written', body: `${reason(p, 'en')}. Try again.` }),
  },
  generation_attention: {
    topic: 'generation_failed',
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
    topic: 'share',
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
    topic: 'comment',
    ru: () => ({ title: 'Новый комментарий', body: 'К вашему сценарию написали комментарий.' }),
    en: () => ({ title: 'New comment', body: 'Somebody commented on your script.' }),
  },
  reply: {
    topic: 'comment',
    ru: () => ({ title: 'Ответ на ваш комментарий', body: 'В обсуждении, которое вы начали, появился ответ.' }),
    en: () => ({ title: 'Reply to your comment', body: 'There is a reply in the thread that you began.' }),
  },
  budget: {
    topic: 'budget',
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
    topic: 'account',
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
    topic: 'account',
    ru: (p) => ({
      title: 'Аккаунт будет удалён',
      body: `Все данные исчезнут ${at(p, 'ru')} (UTC). До этого удаление можно отменить.`,
    }),
    en: (p) => ({
      title: 'Your account will be erased',
      body: `Everything goes on ${at(p, 'en')} (UTC). Until then you can cancel it.`,
    }),
  },
} as const satisfies Record<string, KindOfNotification>

export type Kind = keyof typeof KINDS

export const topicOfKind = (kind: Kind): NotificationTopic => KINDS[kind].topic

/** The same as it leaves the system: people's words with nothing in them that leads anywhere. */
export function outsideWordingOf(row: Parameters<typeof wordingOf>[0], language: Language): Wording {
  const { title, body } = wordingOf(row, language)
  return row.kind === 'custom' ? { title: nameOfPeople(title, 200), body: wordsOfPeople(body) } : { title, body }
}

/** The text of a notification as the reader gets it. Custom ones have words of their own. */
export function wordingOf(
  { kind, params, title, body }: { kind: string; params: Params; title: string | null; body: string | null },
  language: Language,
): Wording {
  if (title !== null && body !== null) return { title, body }
  const known: KindOfNotification = KINDS[kind as Kind] ?? KINDS.welcome
  return known[language](params)
}
