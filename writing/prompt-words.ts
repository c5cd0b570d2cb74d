import type { SpokenLanguage } from '../script/language.ts'
import type { Beat, Kind, Platform } from '../script/script.ts'

/** What an order is told in, in one language. Placeholders stand in braces and are filled by `writing/prompt.ts`. */
export interface PromptWords {
  readonly kinds: Readonly<Record<Kind, string>>
  readonly platforms: Readonly<Record<Platform, string>>
  readonly languages: Readonly<Record<SpokenLanguage, string>>
  readonly otherLanguage: string
  readonly briefsLanguage: string
  readonly beats: Readonly<Record<Beat, string>>
  readonly headings: {
    readonly brief: string
    readonly audience: string
    readonly tone: string
    readonly cta: string
    readonly mustInclude: string
    readonly mustAvoid: string
    readonly disclosure: string
    readonly templateBeats: string
    readonly templateWishes: string
    readonly base: string
    readonly locked: string
    readonly lockedScene: string
    readonly outline: string
    readonly cast: string
    readonly style: string
    readonly before: string
    readonly after: string
    readonly anew: string
    readonly note: string
    readonly script: string
    readonly wrong: string
    readonly video: string
  }
  readonly wishes: {
    readonly script: string
    readonly outline: string
    readonly scene: string
    readonly polish: string
    readonly repair: string
    readonly rewrite: string
    readonly titles: string
  }
  readonly rules: {
    readonly order: string
    readonly writeIn: string
    readonly kind: string
    readonly platform: string
    readonly checked: string
    readonly length: string
    readonly rowLength: string
    readonly legal: string
    readonly beats: string
    readonly hooks: string
    readonly thisScene: string
    readonly rewriteLength: string
    readonly titlesCount: string
  }
}

export const PROMPT_WORDS: Readonly<Record<SpokenLanguage, PromptWords>> = {
  en: {
    kinds: {
      ad: 'An advertisement: one promise, one proof, one offer, one call to action.',
      integration:
        "A sponsored segment inside a creator's video: personal voice, an honest reason to mention the product, then back to the topic.",
      tutorial:
        'A tutorial: show the result first, then the steps in order, one step a scene, and what goes wrong most often.',
      short: 'A short vertical video: one thought, no introduction, an end that invites a second view.',
      review: 'A review: what it is for, what is good, what is not, who it fits, a verdict.',
      explainer:
        'An explainer: a question, a plain answer, one comparison from daily life, an example, what to do with it.',
      other: 'Choose the form that serves the brief best.',
    },
    platforms: {
      youtube: 'YouTube, horizontal.',
      shorts: 'YouTube Shorts, vertical, often watched without sound: the key words stand on the screen too.',
      reels: 'Reels, vertical, often watched without sound: the key words stand on the screen too.',
      tiktok: 'TikTok, vertical, spoken plainly; the key words stand on the screen too.',
      vk: 'VK Video.',
      rutube: 'Rutube, horizontal.',
      telegram: 'Telegram, often watched without sound: the key words stand on the screen too.',
      tv: 'Television: every second counts, no links that must be clicked.',
      other: 'No particular platform.',
    },
    languages: { ru: 'Russian', en: 'English' },
    otherLanguage: 'the language with the tag {tag}',
    briefsLanguage: 'the language of the brief',
    beats: {
      hook: 'hook',
      problem: 'problem',
      solution: 'solution',
      proof: 'proof',
      demo: 'demo',
      offer: 'offer',
      cta: 'cta',
      outro: 'outro',
      free: 'free',
    },
    headings: {
      brief: 'Brief',
      audience: 'Audience',
      tone: 'Tone',
      cta: 'Call to action',
      mustInclude: 'Must include',
      mustAvoid: 'Must avoid',
      disclosure: 'Lines of the law on the screen, kept by code',
      templateBeats: 'Beats of the template, with their part of the length',
      templateWishes: 'Wishes of the template',
      base: 'The script so far, which is to be written anew',
      locked: 'Scenes that stay as they are; do not write them',
      lockedScene: 'Scene {n}',
      outline: 'Outline',
      cast: 'Cast',
      style: 'Style sheet',
      before: 'The scene before',
      after: 'The scene after',
      anew: 'The scene to write anew',
      note: 'Note of the author',
      script: 'Script',
      wrong: 'What is wrong',
      video: 'Video',
    },
    wishes: {
      script: 'Write the script for this order.',
      outline: 'Plan the scenes for this order.',
      scene: 'Write scene {n} of {count}.',
      polish: 'Put the last hand to this script.',
      repair: 'Repair {count} scenes: {scenes}.',
      rewrite: 'Write scene {n} of {count} anew.',
      titles: 'Write titles for this video.',
    },
    rules: {
      order: 'This order',
      writeIn: '- Write every text in {language}.',
      kind: '- Kind: {kind}',
      platform: '- Platform: {platform}',
      checked:
        '- Checked afterwards: the first spoken sentence is over within {hook} seconds; the call to action is heard or read in the last quarter; every spoken row has a picture; no more than 7 words on the screen at a time; no row longer than 15 seconds; no number, price, address or superlative that the order does not hold.',
      length:
        '- Length: {seconds} seconds. All spoken words together have about {characters} characters, spaces included, numbers and addresses counted as the words that they are read as.',
      rowLength:
        '- A row lasts as long as its words take or as its "duration_s" plans, whichever is longer; planned seconds count only as far as all rows add up to {seconds}. So "duration_s" of all rows add up to {seconds}.',
      legal:
        '- The lines that the law wants on the screen are put in by code and take {seconds} seconds more: do not write them and leave no room for them.',
      beats: '- Beats of this kind, with their part of the length: {beats}.',
      hooks:
        '- In "hook_variants" give {count} hooks for this script, each one spoken sentence and each of another mechanism; the first one is the hook of the script.',
      thisScene: '- This scene: {seconds} seconds, about {characters} spoken characters.',
      rewriteLength: '- About {seconds} seconds, {characters} spoken characters, unless the note asks otherwise.',
      titlesCount: '- Give {count} titles.',
    },
  },
  ru: {
    kinds: {
      ad: 'Реклама: одно обещание, одно доказательство, одно предложение, один призыв.',
      integration:
        'Рекламная вставка в видео автора: личный голос, честный повод упомянуть продукт, затем обратно к теме.',
      tutorial:
        'Урок: сначала результат, потом шаги по порядку, один шаг на сцену, и ошибка, которую делают чаще других.',
      short: 'Короткое вертикальное видео: одна мысль, без вступления, конец, после которого хочется пересмотреть.',
      review: 'Обзор: для чего вещь, что в ней хорошо, что плохо, кому подойдёт, вывод.',
      explainer: 'Объяснение: вопрос, простой ответ, одно сравнение из жизни, пример, что с этим делать.',
      other: 'Выберите форму, которая лучше всего служит брифу.',
    },
    platforms: {
      youtube: 'YouTube, горизонтальное видео.',
      shorts: 'YouTube Shorts, вертикальное, часто смотрят без звука: главные слова есть и на экране.',
      reels: 'Reels, вертикальное, часто смотрят без звука: главные слова есть и на экране.',
      tiktok: 'TikTok, вертикальное, речь простая; главные слова есть и на экране.',
      vk: 'VK Видео.',
      rutube: 'Rutube, горизонтальное видео.',
      telegram: 'Telegram, часто смотрят без звука: главные слова есть и на экране.',
      tv: 'Телевидение: на счету каждая секунда, никаких ссылок, по которым надо нажать.',
      other: 'Площадка не названа.',
    },
    languages: { ru: 'русском языке', en: 'английском языке' },
    otherLanguage: 'языке с кодом {tag}',
    briefsLanguage: 'языке брифа',
    beats: {
      hook: 'зацепка (hook)',
      problem: 'проблема (problem)',
      solution: 'решение (solution)',
      proof: 'доказательство (proof)',
      demo: 'показ (demo)',
      offer: 'предложение (offer)',
      cta: 'призыв (cta)',
      outro: 'финал (outro)',
      free: 'свободно (free)',
    },
    headings: {
      brief: 'Бриф',
      audience: 'Аудитория',
      tone: 'Тон',
      cta: 'Призыв к действию',
      mustInclude: 'Обязательно включить',
      mustAvoid: 'Нельзя',
      disclosure: 'Надписи по закону, их сохраняет программа',
      templateBeats: 'Части по шаблону и их доля в длине',
      templateWishes: 'Пожелания шаблона',
      base: 'Нынешний сценарий, который пишется заново',
      locked: 'Сцены, которые остаются; их не пишите',
      lockedScene: 'Сцена {n}',
      outline: 'План',
      cast: 'Состав',
      style: 'Памятка о стиле',
      before: 'Предыдущая сцена',
      after: 'Следующая сцена',
      anew: 'Сцена, которую надо написать заново',
      note: 'Заметка автора',
      script: 'Сценарий',
      wrong: 'Что не так',
      video: 'Видео',
    },
    wishes: {
      script: 'Напишите сценарий по этому заказу.',
      outline: 'Спланируйте сцены по этому заказу.',
      scene: 'Напишите сцену {n} из {count}.',
      polish: 'Доведите этот сценарий до конца.',
      repair: 'Исправьте сцены: {scenes} (всего {count}).',
      rewrite: 'Напишите заново сцену {n} из {count}.',
      titles: 'Придумайте названия для этого видео.',
    },
    rules: {
      order: 'Этот заказ',
      writeIn: '- Все тексты пишите на {language}.',
      kind: '- Вид: {kind}',
      platform: '- Площадка: {platform}',
      checked:
        '- После этого проверят: первая произнесённая фраза кончается не позже {hook} с; призыв слышен или виден в последней четверти; у каждой строки со словами есть изображение; на экране не больше 7 слов сразу; строка не длиннее 15 с; нет ни числа, ни цены, ни адреса, ни превосходной степени, которых нет в заказе.',
      length:
        '- Длина: {seconds} секунд. Все произносимые слова вместе дают около {characters} знаков с пробелами; числа и адреса считаются теми словами, которыми их читают.',
      rowLength:
        '- Строка длится столько, сколько звучат её слова, или столько, сколько стоит в "duration_s": что дольше. Запланированным секундам верят, лишь пока все строки в сумме дают {seconds}. Поэтому "duration_s" всех строк в сумме дают {seconds}.',
      legal:
        '- Надписи, которых требует закон, вставит программа, на них уйдёт ещё {seconds} с: не пишите их и не оставляйте для них места.',
      beats: '- Части такого видео и их доля в длине: {beats}.',
      hooks:
        '- В "hook_variants" дайте зацепки для этого сценария, всего {count}: каждая в одну произносимую фразу и каждая устроена по-своему; первая и есть зацепка сценария.',
      thisScene: '- Эта сцена: {seconds} с, около {characters} произносимых знаков.',
      rewriteLength: '- Около {seconds} с, {characters} произносимых знаков, если заметка не просит иначе.',
      titlesCount: '- Дайте названий: {count}.',
    },
  },
}

/** A text with its placeholders filled; each of them must be given. */
export const filled = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
