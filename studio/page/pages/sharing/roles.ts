import type { Scenario } from '../../../../client/index.ts'
import { inLanguage } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{
      access: 'Who may do what',
      who: 'Who',
      read: 'Read',
      comment: 'Comment',
      edit: 'Edit',
      share: 'Share, delete',
    },
    ...{ yes: 'yes', no: 'no', owner: 'owner', invited: 'invited, has no access yet', link: 'Everybody with the link' },
    ...{
      until: 'until',
      role: 'May',
      revoke: 'End access',
      revokeLink: 'End the link',
      leave: 'Leave',
    },
    ...{ person: 'Share with a person', email: 'Their e-mail', message: 'A few words to them (may stay empty)' },
    ...{ invite: 'Share', makeLink: 'Share by a link', make: 'Make a link', expires: 'Until (may stay empty)' },
    ...{ once: 'This address is shown this once: copy it now.', copy: 'Copy', copied: 'Copied', address: 'Address' },
    ...{ shared: 'Shared', ended: 'Access ended', changed: 'Changed', made: 'The link is made' },
    viewer: 'read',
    commenter: 'read and comment',
    editor: 'read, comment and edit',
    mine: 'This script is shared with you. You may',
  },
  ru: {
    ...{ access: 'Кому что можно', who: 'Кто', read: 'Читать', comment: 'Комментировать', edit: 'Править' },
    ...{
      share: 'Делиться, удалять',
      yes: 'да',
      no: 'нет',
      owner: 'владелец',
      invited: 'приглашение, доступа пока нет',
    },
    ...{ link: 'Каждый, у кого есть ссылка', until: 'до', role: 'Можно', revoke: 'Закрыть доступ' },
    ...{ revokeLink: 'Закрыть ссылку', leave: 'Отказаться от доступа', person: 'Поделиться с человеком' },
    ...{ email: 'Почта человека', message: 'Несколько слов (можно не писать)', invite: 'Поделиться' },
    ...{ makeLink: 'Поделиться ссылкой', make: 'Сделать ссылку', expires: 'До какого дня (можно не указывать)' },
    ...{ once: 'Адрес показан один раз: скопируйте его сейчас.', copy: 'Скопировать', copied: 'Скопировано' },
    ...{
      address: 'Адрес',
      shared: 'Доступ открыт',
      ended: 'Доступ закрыт',
      changed: 'Изменено',
      made: 'Ссылка готова',
    },
    viewer: 'читать',
    commenter: 'читать и комментировать',
    editor: 'читать, комментировать и править',
    mine: 'Этим сценарием поделились с вами. Вам можно',
  },
})

export type Role = Scenario['my_role']
export const ROLES = ['viewer', 'commenter', 'editor'] as const
/** Of a link, which anybody may pass on. */
export const LINK_ROLES = ['viewer', 'commenter'] as const

/** What there is to do, and from which role on. */
export const RIGHTS = [
  ['read', ['viewer', 'commenter', 'editor', 'owner']],
  ['comment', ['commenter', 'editor', 'owner']],
  ['edit', ['editor', 'owner']],
  ['share', ['owner']],
] as const satisfies readonly (readonly [keyof typeof words, readonly Role[]])[]
