import { registerHooks } from 'node:module'

/** A login writes its event in the statement of its session: that one is not measured, and cannot do without. */
const SOURCE = `
export async function appendEvent() {}
export const eventRow = () => { throw new Error('a login is not measured without events') }
`

/** Preloaded into an API process: the same code, but its changes write no events. */
registerHooks({
  load: (url, context, next) =>
    url.endsWith('/events/outbox.ts') ? { format: 'module', source: SOURCE, shortCircuit: true } : next(url, context),
})
