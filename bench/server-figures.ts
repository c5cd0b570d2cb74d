import { setTimeout as delay } from 'node:timers/promises'

/** What a Temporal server says it did so far, for one namespace. */
export interface ServerFigures {
  /** Billable actions, heartbeats among them (docs.temporal.io/evaluate/cloud/actions). */
  readonly actions: number
  /** Its calls of its database that write. */
  readonly writes: number
}

/** What only reads; everything else that the server asks of its database changes something. */
const READS = /^(?:Get|List|Read|Range|Scan|Count|Initialize)/

/** The server adds what it counted to its figures once a second. */
const TOLD_MS = 1_200

/** Reads the server's `action` and `persistence_requests` at its metrics port, once what was done until now is in them. */
export async function serverFigures(port: number, namespace = 'default'): Promise<ServerFigures> {
  await delay(TOLD_MS)
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const found = { actions: 0, writes: 0 }
  for (const [, name, labels = '', value] of text.matchAll(/^(action|persistence_requests)\{([^}]*)\} (\S+)$/gm)) {
    if (!labels.includes(`namespace="${namespace}"`)) continue
    const [, operation = ''] = /operation="([^"]*)"/.exec(labels) ?? []
    if (name === 'action') found.actions += Number(value)
    else if (!READS.test(operation)) found.writes += Number(value)
  }
  return found
}
