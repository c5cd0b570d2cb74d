import { inLanguage } from '../../words.ts'

export const w = inLanguage({
  en: {
    atMost: 'at most',
    cap: 'It may cost at most',
    capHint: 'Nothing is begun that could cost more, tries and repairs included.',
    costs: 'Costs about',
    example1: 'An ad',
    example1Text:
      'A 30-second ad for a thermos that keeps tea hot for a day. Show a hike and an office. Order on the site.',
    example2: 'A tutorial',
    example2Text:
      'How to sharpen a kitchen knife with a whetstone in two minutes: angle, strokes, how to see that it is done. For people who have never done it.',
    example3: 'A review',
    example3Text:
      'A review of a folding electric bicycle after a month in the city: range in the cold, weight on the stairs, what broke. Whom it suits and whom it does not.',
    examples: 'Examples',
    noTemplate: 'Without',
    template: 'Template',
  },
  ru: {
    atMost: 'не больше',
    cap: 'Может стоить не больше',
    capHint: 'Не начнём ничего, что может стоить дороже, с повторами и правками вместе.',
    costs: 'Стоит примерно',
    example1: 'Реклама',
    example1Text:
      'Рекламный ролик на 30 секунд о термосе, который держит тепло сутки. Показать поход и офис. Заказать на сайте.',
    example2: 'Обучение',
    example2Text:
      'Как за две минуты наточить кухонный нож на камне: угол, движения, как понять, что готово. Для тех, кто никогда этого не делал.',
    example3: 'Обзор',
    example3Text:
      'Обзор складного электровелосипеда после месяца в городе: запас хода в мороз, вес на лестнице, что сломалось. Кому подойдёт, а кому нет.',
    examples: 'Примеры',
    noTemplate: 'Без шаблона',
    template: 'Шаблон',
  },
})
