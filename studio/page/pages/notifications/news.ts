import { signal } from '@preact/signals'
import type { Notification } from '../../../../client/index.ts'
import { heard } from '../../people.ts'
import { scenor, signedIn } from '../../session.ts'

/** What the page itself shows already, or what can wait. */
const UNANNOUNCED: readonly Notification['topic'][] = ['welcome', 'generation_finished']

export const unread = signal(0)
/** The last that came while the page was open. */
export const latest = signal<Notification | undefined>(undefined)

export async function count(): Promise<void> {
  unread.value = (await scenor.call('GET /notifications', { query: { limit: 1, unread: true } })).unread_count
}

async function listen(signal: AbortSignal): Promise<void> {
  await count()
  for await (const news of scenor.notifications({ signal })) {
    heard.value += 1
    if (news.event === 'notification' && !UNANNOUNCED.includes(news.data.topic)) latest.value = news.data
    await count()
  }
}

/** Listens as long as somebody is signed in. What a lost connection has missed comes with the next one. */
let listening: AbortController | undefined
signedIn.subscribe((is) => {
  listening?.abort()
  listening = undefined
  unread.value = 0
  latest.value = undefined
  if (!is) return
  listening = new AbortController()
  const { signal: leaving } = listening
  // Without it the page is as good as before, and the next load tries again.
  listen(leaving).catch(() => {})
})
