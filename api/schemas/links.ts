import { z } from 'zod'

export const SignedLink = z.object({ url: z.string(), expires_at: z.iso.datetime() }).meta({ id: 'SignedLink' })

export const presentLink = (link: { url: string; expires_at: Date }): z.input<typeof SignedLink> => ({
  url: link.url,
  expires_at: link.expires_at.toISOString(),
})
