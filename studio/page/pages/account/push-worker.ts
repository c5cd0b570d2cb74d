/** Shows what is pushed to this browser, whether the studio is open or not; a click leads to the studio. */
interface Pushed extends Event {
  readonly data: { json(): { readonly title: string; readonly body: string } } | null
  readonly notification: { close(): void }
  waitUntil(work: Promise<unknown>): void
}
interface Worker {
  readonly registration: { showNotification(title: string, options: { body: string }): Promise<void> }
  readonly clients: { openWindow(path: string): Promise<unknown> }
  addEventListener(name: 'push' | 'notificationclick', hear: (event: Pushed) => void): void
}
// A page is compiled with the names of a window: here stands what a service worker has under that name.
declare const self: Worker

self.addEventListener('push', (event) => {
  const told = event.data?.json()
  if (told) event.waitUntil(self.registration.showNotification(told.title, { body: told.body }))
})
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow('/studio#/notifications'))
})

export {}
