import type { SpokenLanguage } from '../../script/language.ts'

/** What a film sells, as far as its filler must know: nobody takes a loan into the hand. */
export const MATTERS = ['app', 'finance', 'learning', 'service', 'place', 'food', 'thing'] as const
export type Matter = (typeof MATTERS)[number]

const starts = (words: string) => new RegExp(`(?<!\\p{L})(?:${words})`, 'iu')

/** The first that matches counts: an app of a bank is an app, a school of drawing no place, a bakery that delivers still bakes. */
const WORDS: Readonly<Record<SpokenLanguage, readonly (readonly [Matter, RegExp])[]>> = {
  ru: [
    [
      'finance',
      starts(
        String.raw`банк(?!\p{L}*\s+(?:данных|идей))|кредит|ипотек|вклад|займ|заём|страхов|карт[аеуы]\s+(?:банк|студен)|студенческ\p{L}+\s+карт|инвест|рассрочк|кэшб`,
      ),
    ],
    [
      'app',
      starts(
        String.raw`приложени|сервис\p{L}*\s+записи|менеджер\p{L}*\s+парол|программ|сайт|онлайн-?(?:сервис|касс)|crm|бот(?!\p{L}*(?:ин|ан))|нейросет|облак`,
      ),
    ],
    ['learning', starts(String.raw`школ|курс|урок|заняти|репетитор|обучени|тренинг|лекци|вебинар|секци`)],
    [
      'service',
      starts(
        String.raw`стоматолог|клиник|мастерск|ремонт\s|химчист|уборк|клининг|доставк(?!\p{L}*\s+(?:набор|ед|ужин|продукт|пицц|суши|хлеб))|такси|парикмахер|салон|барбер|аптек|юрист|переезд|сантехник|ветеринар|прокат|пункт\p{L}*\s+выдач`,
      ),
    ],
    [
      'place',
      starts(
        String.raw`планетари|музе|винодельн|кафе|кофейн|ресторан|бар(?!\p{L}*(?:ан|ь))|парк|отел|гостиниц|театр|кинотеатр|рынок|ярмарк|фестивал|выставк|концерт|экскурси|магазин|спортзал|фитнес|бассейн|библиотек|клуб|баня|сауна`,
      ),
    ],
    [
      'food',
      starts(
        String.raw`доставк\p{L}*\s+(?:набор|ед|ужин|продукт|пицц|суши|хлеб)|пекарн|хлеб|кофе(?!\p{L})|чай(?!\p{L}*ник)(?!\s+горяч)|сыр(?!\p{L}*ь)|мёд|шоколад|напит|сок(?!\p{L})|батончик|каш|суп|пицц|суши|наборов\s+для\s+ужина|ужин|завтрак|мороженое|печенье|вино(?!\p{L})|лимонад`,
      ),
    ],
    [
      'thing',
      starts(
        String.raw`термос|матрас|нос(?:ки|ков)|самокат|велосипед|рюкзак|чайник|пылесос|кормушк|фонар|зонт|отвёрт|лампа|наушник|кресл|стол(?!\p{L}*ов)|диван|куртк|обув|ботин|кроссов|часы|телефон(?!\p{L}*\s+\d)|ноутбук|бад(?!\p{L}*[иь])|спре(?:й|я)|крем|шампун|таблет|блокнот|игрушк|посуд|нож|плед|кружк|гитар`,
      ),
    ],
  ],
  en: [
    ['finance', starts(String.raw`bank|loan|credit|mortgage|insurance|savings|invest|deposit|cashback|student card`)],
    [
      'app',
      starts(
        String.raw`app(?!\p{L})|apps|software|website|platform\s+for|password manager|order book|crm|bot(?!\p{L})|plugin|online service|saas`,
      ),
    ],
    [
      'learning',
      starts(String.raw`school|course|lessons?|class(?:es)?(?!\p{L})|tutoring|workshop on|training|lecture|bootcamp`),
    ],
    [
      'service',
      starts(
        String.raw`bike workshop|workshop|repair|clinic|dentist|delivery service|cleaning|taxi|barber|salon|plumber|moving company|pharmac|vet(?!\p{L})|rental`,
      ),
    ],
    [
      'place',
      starts(
        String.raw`market(?!ing)|museum|gym|caf[eé]|coffee shop|restaurant|bar(?!\p{L})|park|hotel|theat(?:re|er)|cinema|festival|exhibition|concert|shop(?!\p{L}*ping)|pool|library|planetarium|winery|club`,
      ),
    ],
    [
      'food',
      starts(
        String.raw`bakery|bread|oat bars?|bars of|tea(?!\p{L})|coffee(?!\s+(?:shop|machine))|cheese|honey|chocolate|drink|juice|meal kit|soup|pizza|ice cream|cookies|wine(?!\p{L})|snack`,
      ),
    ],
    [
      'thing',
      starts(
        String.raw`umbrella|compost|box|power bank|microphone|mask|lamp|light(?!\s*(?:show|hearted))|desk|chair|headphones|shoes|socks|bottle|flask|backpack|bike(?!\s+workshop)|scooter|kettle|pot(?!\p{L})|knife|mattress|jacket|watch(?!\p{L})|typewriter|tool|screwdriver|blanket|mug|guitar|spray|cream`,
      ),
    ],
  ],
}

/** By the words of the brief's beginning; undefined: nothing that is said may presume anything. */
export function matterOf(brief: string, language: SpokenLanguage): Matter | undefined {
  const opening = brief
    .split(/(?<=[.!?])\s|\n/u)
    .slice(0, 2)
    .join(' ')
  const found = WORDS[language].flatMap(([matter, pattern]) => {
    const at = opening.search(pattern)
    return at < 0 ? [] : [{ matter, at }]
  })
  // What is sold is named first: «термоса: чай горячий», "a bakery starts to deliver".
  return found.toSorted((a, b) => a.at - b.at)[0]?.matter
}
