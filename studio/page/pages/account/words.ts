import { inLanguage } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{
      account: 'Account',
      parts: 'Parts of the account',
      profile: 'Profile',
      signIn: 'Signing in',
      told: 'Notifications',
    },
    ...{
      data: 'Your data',
      saved: 'Saved',
      name: 'Name',
      username: 'Username',
      bio: 'About you',
      avatar: 'Picture, https://',
    },
    ...{ locale: 'Language of mails', zone: 'Time zone', phone: 'Phone', number: 'Number, +79161234567' },
    ...{
      sendCode: 'Send a code',
      code: 'Code from the text message',
      prove: 'Confirm the number',
      proven: 'confirmed',
    },
    ...{
      codeSent: 'The code is on its way; it holds for ten minutes.',
      unproven: 'not confirmed',
      noNumber: 'none yet',
    },
    ...{ saveNumber: 'Save the number', phoneHint: 'Text messages go to confirmed numbers alone.' },
    ...{
      confirm: 'We have sent a link to this address: open it to confirm that it is yours.',
      resend: 'Send it again',
    },
    ...{ resent: 'Sent. Look into your mail.', newEmail: 'New e-mail', changeEmail: 'Change the address' },
    ...{
      emailHint: 'The new address gets a link; until it is opened the old one stays.',
      emailSent: 'A link is on its way to',
    },
    ...{ password: 'Password', now: 'Current password', next: 'New password, at least 8 characters' },
    ...{
      changePassword: 'Set the password',
      passwordSet: 'The new password is set; everywhere else you are signed out.',
    },
    ...{ sessions: 'Where you are signed in', here: 'this browser', end: 'Sign out there', ended: 'Signed out there' },
    ...{ lastUsed: 'last used', unknown: 'Unknown program', again: 'Your password, to go on', goOn: 'Go on' },
    ...{ wrongPassword: 'That is not the password.', why: 'This needs to be you.', notNow: 'Not now' },
  },
  ru: {
    ...{ account: 'Аккаунт', parts: 'Разделы аккаунта', profile: 'Профиль', signIn: 'Вход', told: 'Уведомления' },
    ...{ data: 'Ваши данные', saved: 'Сохранено', name: 'Имя', username: 'Имя пользователя', bio: 'О себе' },
    ...{ avatar: 'Картинка, https://', locale: 'Язык писем', zone: 'Часовой пояс', phone: 'Телефон' },
    ...{
      number: 'Номер, +79161234567',
      sendCode: 'Прислать код',
      code: 'Код из сообщения',
      prove: 'Подтвердить номер',
    },
    ...{ proven: 'подтверждён', codeSent: 'Код отправлен, он действует десять минут.', unproven: 'не подтверждён' },
    ...{
      noNumber: 'пока нет',
      saveNumber: 'Сохранить номер',
      phoneHint: 'СМС уходят только на подтверждённые номера.',
    },
    ...{
      confirm: 'Мы отправили на этот адрес ссылку: откройте её, чтобы подтвердить, что он ваш.',
      resend: 'Прислать ещё раз',
    },
    ...{ resent: 'Отправлено. Проверьте почту.', newEmail: 'Новая почта', changeEmail: 'Сменить адрес' },
    ...{
      emailHint: 'На новый адрес придёт ссылка; пока её не открыли, остаётся прежний.',
      emailSent: 'Ссылка отправлена на',
    },
    ...{ password: 'Пароль', now: 'Нынешний пароль', next: 'Новый пароль, не короче 8 знаков' },
    ...{ changePassword: 'Задать пароль', passwordSet: 'Новый пароль задан; на остальных устройствах вы вышли.' },
    ...{
      sessions: 'Где вы вошли',
      here: 'этот браузер',
      end: 'Выйти там',
      ended: 'Там вы вышли',
      lastUsed: 'последний раз',
    },
    ...{ unknown: 'Неизвестная программа', again: 'Ваш пароль, чтобы продолжить', goOn: 'Продолжить' },
    ...{ wrongPassword: 'Пароль не тот.', why: 'Нужно убедиться, что это вы.', notNow: 'Не сейчас' },
  },
})
