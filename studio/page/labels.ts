import { inLanguage } from './words.ts'

/** Closed sets of the API in the words of people. */
export const beats = inLanguage({
  en: {
    hook: 'Hook',
    problem: 'Problem',
    solution: 'Solution',
    proof: 'Proof',
    demo: 'Demonstration',
    offer: 'Offer',
    cta: 'Call to action',
    outro: 'Outro',
    free: 'Free',
  },
  ru: {
    hook: 'Зацепка',
    problem: 'Проблема',
    solution: 'Решение',
    proof: 'Доказательство',
    demo: 'Демонстрация',
    offer: 'Предложение',
    cta: 'Призыв',
    outro: 'Финал',
    free: 'Свободная',
  },
})

export const sounds = inLanguage({
  en: { vo: 'voice-over', dialog: 'dialogue', sfx: 'effect', music: 'music' },
  ru: { vo: 'закадр', dialog: 'диалог', sfx: 'эффект', music: 'музыка' },
})

export const kinds = inLanguage({
  en: {
    ad: 'Ad',
    integration: 'Integration',
    tutorial: 'Tutorial',
    short: 'Short',
    review: 'Review',
    explainer: 'Explainer',
    other: 'Other',
  },
  ru: {
    ad: 'Реклама',
    integration: 'Интеграция',
    tutorial: 'Обучение',
    short: 'Короткий ролик',
    review: 'Обзор',
    explainer: 'Объяснение',
    other: 'Другое',
  },
})

export const platforms = inLanguage({
  en: {
    youtube: 'YouTube',
    shorts: 'YouTube Shorts',
    reels: 'Reels',
    tiktok: 'TikTok',
    vk: 'VK',
    rutube: 'Rutube',
    telegram: 'Telegram',
    tv: 'TV',
    other: 'Any platform',
  },
  ru: {
    youtube: 'YouTube',
    shorts: 'YouTube Shorts',
    reels: 'Reels',
    tiktok: 'TikTok',
    vk: 'ВКонтакте',
    rutube: 'Rutube',
    telegram: 'Telegram',
    tv: 'ТВ',
    other: 'Любая площадка',
  },
})

/** What an operation is doing. One that has no words yet says nothing. */
export const stages: Readonly<Record<string, string>> = inLanguage({
  en: { queued: 'waiting', planning: 'planning', writing: 'writing', polishing: 'polishing', storing: 'saving' },
  ru: { queued: 'ждёт', planning: 'план', writing: 'текст', polishing: 'правка', storing: 'сохранение' },
})
