import { inLanguage } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{
      news: 'Notifications',
      none: 'Nothing has happened yet.',
      noUnread: 'All is read.',
      readAll: 'Mark all as read',
    },
    ...{ read: 'Mark as read', unread: 'unread', onlyUnread: 'Unread alone', open: 'Open the script', close: 'Close' },
    more: 'Show more',
  },
  ru: {
    ...{ news: 'Уведомления', none: 'Пока ничего не произошло.', noUnread: 'Всё прочитано.' },
    ...{ readAll: 'Отметить все прочитанными', read: 'Прочитано', unread: 'не прочитано', onlyUnread: 'Только новые' },
    ...{ open: 'Открыть сценарий', close: 'Закрыть', more: 'Показать ещё' },
  },
})
