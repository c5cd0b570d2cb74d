import type { Language } from '../../language.ts'
import type { Platform } from '../script.ts'
import type { LawId } from './law-ids.ts'

/**
 * What the law wants of advertising, as data that ages: `docs/ad-law.md` says what a lawyer must confirm, and a test fails when a row
 * was not looked up for a year. The product gives slots and hints from it, never a verdict.
 */
export interface AdLawRow {
  readonly id: LawId
  readonly language: Language
  readonly law: string
  readonly article: string
  /** The day from which it is so, as the source says it. */
  readonly in_force: string
  readonly category: string
  /** Words of an order or a script that make it likely that the row applies; null: to every advertisement. */
  readonly applies: RegExp | null
  /** Only for videos on these platforms; null: on all. */
  readonly platforms: readonly Platform[] | null
  /** What stands on the screen, with slots that only its author can fill; null: nothing, there is only the hint. */
  readonly words: string | null
  /** How these words are recognised on the screen, in whichever wording; of folded texts, as `applies` is. */
  readonly shown: RegExp | null
  /** Seconds that they are seen in a video at least; null: the law names none. */
  readonly seconds: number | null
  /** Share of the frame, and of the area elsewhere, 0 to 1. */
  readonly frame: number | null
  readonly elsewhere: number | null
  readonly hint: Readonly<Record<Language, string>>
  readonly source: string
  /** When the source was read. */
  readonly checked: string
}

const CHECKED = '2026-11-26'
const everywhere = { platforms: null, seconds: null, frame: null, elsewhere: null }

export const AD_LAW: readonly AdLawRow[] = [
  {
    ...everywhere,
    id: 'mark',
    language: 'ru',
    law: '38-ФЗ от 13.03.2006 «О рекламе»',
    article: 'ст. 18.1',
    in_force: '2022-09-01',
    category: 'любая реклама в интернете',
    applies: null,
    words: 'Реклама. Рекламодатель: ________. erid: ________',
    shown: /(?<![а-яa-z])реклама(?![а-яa-z])/,
    hint: {
      ru: 'Пометка «Реклама», рекламодатель или ссылка на сведения о нём и erid видны на экране в начале ролика или всё время',
      en: 'The word “Реклама”, the advertiser or a link to it and the erid are on the screen at the beginning or all the time',
    },
    source: 'http://m.garant.ru/article/1660666/',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'mark_en',
    language: 'en',
    law: 'FTC Endorsement Guides, 16 CFR part 255',
    article: '§ 255.0(f), § 255.5',
    in_force: '2023-07-26',
    category: 'any advertisement, sponsored segments above all',
    applies: null,
    words: 'Ad. Sponsored by ________',
    shown: /(?<![а-яa-z])(?:ad|advert|advertisement|sponsored|paid (?:partnership|promotion))(?![а-яa-z])/,
    hint: {
      ru: 'Связь с рекламодателем названа так, что её трудно не заметить: на экране, а если о товаре говорят, то и голосом',
      en: 'The tie to the advertiser is hard to miss: on the screen, and said aloud where the product is spoken of',
    },
    source: 'https://manatt.com/insights/newsletters/advertising-law/an-in-depth-look-at-the-ftcs-updates-2',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'credit',
    language: 'ru',
    law: '38-ФЗ в редакции 479-ФЗ от 26.12.2024',
    article: 'ст. 28',
    in_force: '2025-03-01',
    category: 'потребительский кредит, заём, ипотека',
    applies:
      /(?<![а-яa-z])(?:(?:микро)?кредит(?!ор)|ипотек|заем(?:а|у|ом)?(?![а-яa-z])|(?:микро)?займ(?:ы|а|ов|у|ом|ами)?(?![а-яa-z]))/,
    words: 'Оценивайте свои финансовые возможности и риски',
    shown: /оценивайте свои финансовые возможности/,
    seconds: 3,
    frame: 0.05,
    elsewhere: 0.05,
    hint: { ru: 'Предупреждение о рисках кредита', en: 'The warning on the risks of a loan' },
    source: 'https://lidings.com/media/legalupdates/consumer_loans',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'credit_terms',
    language: 'ru',
    law: '38-ФЗ в редакции 479-ФЗ от 26.12.2024',
    article: 'ст. 28',
    in_force: '2025-03-01',
    category: 'кредит, в рекламе которого названо хотя бы одно условие его стоимости',
    applies:
      /(?<![а-яa-z])(?:(?:микро)?кредит|ипотек|заем(?![а-яa-z])|(?:микро)?займ)[^\n]{0,200}(?:\d\s?%|процент|ставк|годовых|без комисси|первоначальн|взнос|сроком|переплат)/,
    words: 'Изучите все условия кредита (займа): ________',
    shown: /изучите все условия/,
    seconds: 3,
    frame: 0.05,
    elsewhere: 0.05,
    hint: {
      ru: 'Раздел сайта кредитора, где стоят все условия',
      en: 'The page of the lender that holds all conditions',
    },
    source: 'https://eg-online.ru/article/494653',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'supplement',
    language: 'ru',
    law: '38-ФЗ в редакции 200-ФЗ от 23.07.2013',
    article: 'ст. 25, ч. 1.1',
    in_force: '2013-10-22',
    category: 'биологически активные добавки',
    applies:
      /(?<![а-яa-z])(?:бад(?:ы|а|ов|ом|ами|у)?(?![а-яa-z])|биодобавк|биологически активн|пищев[а-яa-z]{2,3} добавк|витаминн[а-яa-z]{2,3} комплекс|мультивитамин)/,
    words: 'БАД. Не является лекарственным средством',
    shown: /не явля[а-яa-z]+ лекарств/,
    seconds: 5,
    frame: 0.07,
    elsewhere: 0.1,
    hint: {
      ru: 'Без обещаний вылечить, без благодарностей и ссылок на исследования',
      en: 'No promise to heal, no thanks, no reference to studies',
    },
    source: 'https://recipe.ru/news/medpharm/za-narushenie-trebovaniy-k-reklame-bad-shtraf-do-500-tys-rub/?amp=1',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'medicine',
    language: 'ru',
    law: '38-ФЗ от 13.03.2006 «О рекламе»',
    article: 'ст. 24, ч. 7',
    in_force: '2006-07-01',
    category: 'лекарства, медицинские изделия и услуги',
    applies:
      /(?<![а-яa-z])(?:лекарств|медикамент|таблет[а-яa-z]+ от|капл[а-яa-z]+ (?:от|для)|маз[ьи][а-яa-z]{0,2} (?:от|для)|сироп[а-яa-z]{0,2} от|спре[йяюе][а-яa-z]{0,2} (?:от|для горла)|(?:мед(?:ицинск[а-яa-z]+)? ?)?клиник|стоматолог|имплантаци|медицинск[а-яa-z]+ (?:центр|услуг|издели|прибор)|лазерн[а-яa-z]+ коррекци|врачебн[а-яa-z]+ при[ее]м)/,
    words: 'Имеются противопоказания. Необходима консультация специалиста',
    shown: /противопоказани/,
    seconds: 5,
    frame: 0.07,
    elsewhere: 0.05,
    hint: {
      ru: 'Не обращаться к детям, не ссылаться на случаи излечения; рецептурные препараты широкой публике не рекламируют',
      en: 'Not to minors, no cases of cure; prescription drugs are not advertised to the public',
    },
    source:
      'https://mosregtoday.ru/news/ofitsialno/moskovskoe-oblastnoe-ufas-rossii-privleklo-rio-feniks-k-administrativnoj-otvetstvennosti-za-narushenie-zakona-o-reklame/',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'alcohol',
    language: 'ru',
    law: '38-ФЗ в редакции 119-ФЗ от 20.07.2012',
    article: 'ст. 21',
    in_force: '2012-07-23',
    category: 'алкоголь, пиво и вино',
    applies:
      /(?<!безалкогольн[а-яa-z]{2,3} |[а-яa-z])(?:алкогол|вин(?:о|а|ом|у)(?![а-яa-z])|виноделен|винодельн|пив(?:о|а|ом|у)(?![а-яa-z])|пивовар|водк[а-яa-z]|виски(?![а-яa-z])|коньяк|шампанск|игрист[а-яa-z]+ вин|сидр(?![а-яa-z])|ликер|ликер)/,
    words: 'Чрезмерное употребление алкоголя вредит вашему здоровью',
    shown: /чрезмерно[а-яa-z] (?:употреблени|потреблени)[а-яa-z] (?!тонизирующ|энергети)/,
    elsewhere: 0.1,
    frame: 0.1,
    hint: {
      ru: 'Реклама алкоголя в интернете и на телевидении ограничена: сначала спросите юриста, можно ли её размещать вообще',
      en: 'Advertising of alcohol on the internet and television is restricted: ask a lawyer first whether it may be placed at all',
    },
    source: 'http://konakovoregion.ru/node/965',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'energy_drink',
    language: 'ru',
    law: '38-ФЗ в редакции 393-ФЗ от 27.10.2025',
    article: 'ст. 25.1',
    in_force: '2026-03-01',
    category: 'безалкогольные тонизирующие и энергетические напитки',
    applies:
      /(?<![а-яa-z])(?:энергетик(?:и|ов|ами)?(?![а-яa-z])|(?:энергетическ|тонизирующ)[а-яa-z]{2,3} (?:[а-яa-z]+ )?напит)/,
    words: 'Чрезмерное потребление тонизирующих напитков вредно для здоровья',
    shown: /чрезмерно[а-яa-z] (?:употреблени|потреблени)[а-яa-z] (?:тонизирующ|энергети)/,
    seconds: 5,
    frame: 0.07,
    elsewhere: 0.07,
    hint: {
      ru: 'Не обращаться к несовершеннолетним, не упоминать витамины и добавки',
      en: 'Not to minors, no mention of vitamins or supplements',
    },
    source: 'https://www.consultant.ru/document/cons_doc_LAW_522525/81b3e47056c69b2793cb6e6260e86aea0760f21c',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'betting',
    language: 'ru',
    law: '38-ФЗ от 13.03.2006 «О рекламе»',
    article: 'ст. 27',
    in_force: '2006-07-01',
    category: 'азартные игры, ставки, пари',
    applies:
      /(?<![а-яa-z])(?:букмекер|ставк[а-яa-z]{1,3} на спорт|тотализатор|казино(?![а-яa-z])|азартн[а-яa-z]{2,3} игр|онлайн-покер)/,
    words: 'Организатор, правила, призовой фонд и сроки: ________',
    shown: /организатор[а-яa-z]?[^\n]{0,60}(?:правил|сроки)/,
    hint: {
      ru: 'Без людей и животных в кадре, без обещания заработка, не для несовершеннолетних; места и часы показа ограничены',
      en: 'No people or animals in the picture, no promise of income, not to minors; places and hours are limited',
    },
    source: 'https://consultant.ru/document/cons_doc_LAW_483017/542c1d26e7bf4493d8f54c8ea2edf498dd68e6b2',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'blocked_platform',
    language: 'ru',
    law: '38-ФЗ в редакции 72-ФЗ от 07.04.2025',
    article: 'ст. 5',
    in_force: '2025-09-01',
    category: 'площадки, доступ к которым в России ограничен',
    applies: null,
    platforms: ['reels'],
    words: null,
    shown: null,
    hint: {
      ru: 'Reels показывают в сети, доступ к которой в России ограничен: реклама там с 01.09.2025 запрещена. Уточните у юриста или смените площадку',
      en: 'Reels belong to a network that is blocked in Russia: advertising there has been forbidden since 2025-09-01. Ask a lawyer or choose another platform',
    },
    source: 'https://www.securitylab.ru/blog/personal/Bitshield/356158.php',
    checked: CHECKED,
  },
  {
    ...everywhere,
    id: 'foreign_words',
    language: 'ru',
    law: '53-ФЗ «О государственном языке», 168-ФЗ от 24.06.2025',
    article: '53-ФЗ ст. 3; 38-ФЗ ст. 5, ч. 11',
    in_force: '2026-03-01',
    category: 'иностранные слова на экране',
    applies: null,
    words: null,
    shown: null,
    hint: {
      ru: 'Иностранные слова на экране даются рядом с равноценным русским текстом, кроме товарных знаков',
      en: 'Foreign words on the screen stand beside equal Russian ones, trademarks excepted',
    },
    source: 'https://tmdex.ru/informatsiya-dlya-potrebiteley-tolko-na-russkom-yazyke',
    checked: CHECKED,
  },
]
