import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { useAct } from '../../asking.ts'
import { scenor } from '../../session.ts'
import workerUrl from './push-worker.ts?worker&url'
import { words } from './told-words.ts'

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}
const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes
/** The one address of a script that this page ever makes itself: the policy knows no other. */
const trusted = policies?.createPolicy('push-worker', { createScriptURL: () => workerUrl })

const able = 'serviceWorker' in navigator && 'PushManager' in globalThis
const registered = async (): Promise<ServiceWorkerRegistration | undefined> =>
  (await navigator.serviceWorker.getRegistrations())[0]

async function subscribe(): Promise<void> {
  const { public_key } = await scenor.call('GET /notifications/push-key')
  const registration = await navigator.serviceWorker.register(trusted?.createScriptURL('') ?? workerUrl)
  const active = await activeOf(registration)
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(public_key) }
  const { endpoint, keys, expirationTime } = (await active.pushManager.subscribe(options)).toJSON()
  const body = {
    endpoint: endpoint ?? '',
    expirationTime: expirationTime ?? null,
    keys: { p256dh: keys?.['p256dh'] ?? '', auth: keys?.['auth'] ?? '' },
  }
  await scenor.call('POST /notifications/push-subscriptions', { body })
}

/** `serviceWorker.ready` waits for one whose scope has this page, which ours has not. */
async function activeOf(registration: ServiceWorkerRegistration): Promise<ServiceWorkerRegistration> {
  const worker = registration.active ?? registration.waiting ?? registration.installing
  if (worker && worker.state !== 'activated')
    await new Promise<void>((done) =>
      worker.addEventListener('statechange', () => worker.state === 'activated' && done()),
    )
  return registration
}

/** Whether this browser is told, and the switch for it. */
export function Push() {
  const on = useSignal<boolean | undefined>(undefined)
  const { busy, wrong, act } = useAct()
  const look = async () => {
    const subscription = await (await registered())?.pushManager.getSubscription()
    const { items } = await scenor.call('GET /notifications/push-subscriptions')
    // One of another session, or of who was here before, is not this person's.
    on.value = items.some(({ endpoint, current }) => current && endpoint === subscription?.endpoint)
  }
  useEffect(() => {
    if (able) look().catch(() => (on.value = false))
  }, [])
  const turnOn = () =>
    act(async () => {
      if ((await Notification.requestPermission()) !== 'granted') throw new Error(words.denied)
      await subscribe()
      await look()
    })
  const turnOff = () =>
    act(async () => {
      const { items } = await scenor.call('GET /notifications/push-subscriptions')
      for (const { id, current } of items)
        if (current) await scenor.call('DELETE /notifications/push-subscriptions/{id}', { params: { id } })
      await (await (await registered())?.pushManager.getSubscription())?.unsubscribe()
      await look()
    })
  return (
    <section aria-labelledby="push">
      <h2 id="push">{words.push}</h2>
      <p class="quiet">{able ? words.pushHint : words.noPush}</p>
      {able && on.value !== undefined && (
        <div class="row">
          <p role="status">{on.value ? words.isOn : words.isOff}</p>
          <button disabled={busy.value} onClick={on.value ? turnOff : turnOn}>
            {on.value ? words.pushOff : words.pushOn}
          </button>
        </div>
      )}
      <p role="alert">{wrong}</p>
    </section>
  )
}
