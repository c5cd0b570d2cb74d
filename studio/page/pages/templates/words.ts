import { inLanguage } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{ templates: 'Templates', own: 'Own', builtIn: 'Ready made', none: 'You have no templates of your own yet.' },
    ...{ make: 'New template', copy: 'Make my own of it', name: 'Name', instructions: 'Instructions to the writer' },
    ...{ beats: 'How the time is divided', beat: 'Part', share: 'Share, %', addBeat: 'Add a part', sum: 'In all' },
    ...{ must: 'must be 100 %', use: 'Write by it' },
    ...{ hook: 'Hook', problem: 'Problem', solution: 'Solution', proof: 'Proof', demo: 'Demo', offer: 'Offer' },
    ...{ cta: 'Call to action', outro: 'Outro', free: 'Free', hint: 'A plan that scripts are written by.' },
  },
  ru: {
    ...{ templates: 'Шаблоны', own: 'Свои', builtIn: 'Готовые', none: 'Своих шаблонов пока нет.' },
    ...{ make: 'Новый шаблон', copy: 'Сделать из него свой', name: 'Название', instructions: 'Указания автору' },
    ...{ beats: 'Как делится время', beat: 'Часть', share: 'Доля, %', addBeat: 'Добавить часть', sum: 'Всего' },
    ...{ must: 'должно быть 100 %', use: 'Писать по нему' },
    ...{ hook: 'Крючок', problem: 'Проблема', solution: 'Решение', proof: 'Доказательство' },
    ...{ demo: 'Показ', offer: 'Предложение', cta: 'Призыв', outro: 'Концовка', free: 'Свободно' },
    hint: 'План, по которому пишутся сценарии.',
  },
})
