import type { Template } from '../../client/index.ts'
import { inLanguage } from './words.ts'

type Kind = Template['kind']
type Platform = Template['platform']

const names = inLanguage<Record<Kind | Platform, string>>({
  en: {
    ...{ ad: 'ad', integration: 'integration', tutorial: 'tutorial', short: 'short', review: 'review' },
    ...{ explainer: 'explainer', other: 'other', youtube: 'YouTube', shorts: 'Shorts', reels: 'Reels' },
    ...{ tiktok: 'TikTok', vk: 'VK', rutube: 'Rutube', telegram: 'Telegram', tv: 'TV' },
  },
  ru: {
    ...{ ad: 'реклама', integration: 'интеграция', tutorial: 'урок', short: 'короткое видео', review: 'обзор' },
    ...{ explainer: 'объяснение', other: 'другое', youtube: 'YouTube', shorts: 'Shorts', reels: 'Reels' },
    ...{ tiktok: 'TikTok', vk: 'VK', rutube: 'Rutube', telegram: 'Telegram', tv: 'ТВ' },
  },
})

export const KINDS = ['ad', 'integration', 'tutorial', 'short', 'review', 'explainer', 'other'] as const
export const PLATFORMS = ['youtube', 'shorts', 'reels', 'tiktok', 'vk', 'rutube', 'telegram', 'tv', 'other'] as const

/** What a kind or a platform is called. */
export const called = (one: Kind | Platform): string => names[one]
