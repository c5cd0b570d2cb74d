import { inLanguage } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{
      about: 'About what, and where',
      topic: 'About',
      in_app: 'Here',
      email: 'E-mail',
      sms: 'SMS',
      web_push: 'Browser',
    },
    ...{ welcome: 'Welcome', security: 'Security', account: 'The account', generation_finished: 'A script is written' },
    ...{ generation_failed: 'A script could not be written', share: 'Shared with you', comment: 'Comments' },
    ...{ budget: 'The budget', custom: 'Reminders of your own' },
    ...{
      quiet: 'Quiet hours',
      quietHint: 'Outside the page nothing comes then; security does.',
      on: 'Keep quiet hours',
    },
    ...{ from: 'From', to: 'To', zone: 'Time zone', digest: 'Mails once a day, in one', saved: 'Saved' },
    ...{
      push: 'In this browser',
      pushHint: 'Tells you also when this page is closed.',
      pushOn: 'Tell me in this browser',
    },
    ...{ pushOff: 'Tell me here no more', isOn: 'This browser is told.', isOff: 'This browser is not told.' },
    ...{
      noPush: 'This browser cannot be told.',
      denied: 'Notifications are forbidden for this page in the browser’s settings.',
    },
  },
  ru: {
    ...{ about: 'О чём и куда', topic: 'О чём', in_app: 'Здесь', email: 'Почта', sms: 'СМС', web_push: 'Браузер' },
    ...{
      welcome: 'Приветствие',
      security: 'Безопасность',
      account: 'Аккаунт',
      generation_finished: 'Сценарий написан',
    },
    ...{ generation_failed: 'Сценарий не написан', share: 'С вами поделились', comment: 'Комментарии' },
    ...{ budget: 'Бюджет', custom: 'Свои напоминания', quiet: 'Тихие часы' },
    ...{ quietHint: 'В это время вне страницы ничего не приходит, кроме безопасности.', on: 'Соблюдать тихие часы' },
    ...{ from: 'С', to: 'До', zone: 'Часовой пояс', digest: 'Письма раз в день, одним', saved: 'Сохранено' },
    ...{ push: 'В этом браузере', pushHint: 'Сообщит и тогда, когда страница закрыта.' },
    ...{ pushOn: 'Сообщать в этом браузере', pushOff: 'Больше не сообщать здесь', isOn: 'Этому браузеру сообщаем.' },
    ...{ isOff: 'Этому браузеру не сообщаем.', noPush: 'Этому браузеру сообщать нельзя.' },
    denied: 'В настройках браузера уведомления этой страницы запрещены.',
  },
})
