import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { resolve4 } from 'node:dns/promises'
import { setTimeout as delay } from 'node:timers/promises'
import type { Instance } from '../../network/consul.ts'
import { API_NAME, type Discovery } from '../../network/discovery.ts'
import { joinSignals } from '../../network/joined-signal.ts'
import { SERVICES } from '../../services.ts'
import type { Nginx } from './nginx-process.ts'
import { UPSTREAMS, type Upstream } from './table.ts'
import type { Copies, Copy } from './settings.ts'

/** All copies that there are, ready or not. */
export type FindCopies = () => Promise<Copies>

/** A stopping API says `ready` 503 for DRAIN_S (5 s) before it stops: several looks fit into that. */
const LOOK_MS = 1_000
const READY_MS = 1_000
/** A new copy gets a fifth of another one's share for so long: its code is not compiled and its pools are not open yet. */
const WARM_UP_MS = 10_000
const FULL_WEIGHT = 5

/** Names in DNS stand for as many copies as they have addresses. @param names host:port of the public endpoints, by service */
export const byDns =
  (names: Readonly<Partial<Record<Upstream, string>>> & { readonly every: string }, internalPort: number): FindCopies =>
  async () => {
    const found = await Promise.all(
      Object.entries(names).map(async ([of, name]) => {
        const [host = '', port] = name.split(':')
        const addresses = await resolve4(host)
        return [of, addresses.toSorted().map((ip) => ({ public: `${ip}:${port}`, internal: `${ip}:${internalPort}` }))]
      }),
    )
    return Object.fromEntries(found) as Copies
  }

/**
 * Whom Consul lists, ready or not: of that this process makes its own picture. It is kept in a file as well, so that a gateway that starts
 * while Consul is away begins with whom it knew last.
 * @param known the file @returns when it has heard of somebody, or the file has
 */
export async function byConsul(
  discovery: Discovery,
  known: string,
): Promise<{ readonly find: FindCopies; readonly stop: () => Promise<void> }> {
  let copies = readKnown(known)
  const heard = Promise.withResolvers<void>()
  const watch = discovery.watch(API_NAME, (instances) => {
    // Nobody at all is an agent that has just begun: the last ones are looked at as ever.
    if (instances.length === 0) return
    copies = copiesOf(instances)
    writeFileSync(`${known}.new`, JSON.stringify(copies))
    renameSync(`${known}.new`, known)
    heard.resolve()
  })
  await (copies === undefined ? heard.promise : Promise.race([heard.promise, delay(FIRST_MS)]))
  return { find: () => Promise.resolve(copies ?? { every: [] }), stop: () => watch.stop() }
}

const FIRST_MS = 3_000

function readKnown(path: string): Copies | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Copies
  } catch {
    return undefined
  }
}

/** One that serves all services stands for each; others for those that they serve. */
function copiesOf(instances: readonly Instance[]): Copies {
  const copy = ({ address, port, meta }: Instance): Copy => ({
    public: `${address}:${port}`,
    internal: `${address}:${meta['internal_port'] ?? port}`,
  })
  const whole = (one: Instance) => SERVICES.every((service) => one.tags.includes(service))
  const sorted = instances.toSorted((a, b) => `${a.address}:${a.port}`.localeCompare(`${b.address}:${b.port}`))
  const parts = sorted.filter((one) => !whole(one))
  return {
    ...Object.fromEntries(
      SERVICES.map((service) => [service, parts.filter((one) => one.tags.includes(service)).map(copy)]),
    ),
    every: sorted.filter(whole).map(copy),
  }
}

const isReady = (copy: Copy, signal: AbortSignal): Promise<boolean> => {
  using limited = joinSignals([signal], READY_MS)
  return fetch(`http://${copy.public}/health/ready`, { signal: limited.signal }).then(
    ({ ok }) => ok,
    () => false,
  )
}

/**
 * Keeps NGINX told of who is ready, which it does not ask by itself: a copy that drains gets no request any more before it stops, and one
 * that is new gets few at first. Where nobody is ready, or nobody can be found, the last ones stay: the look may be what is wrong. Reads
 * renewed certificates. Resolves when `signal` is aborted.
 * @param told of each change: who gets requests now
 */
export async function watchCopies(
  nginx: Pick<Nginx, 'use' | 'reload'>,
  find: FindCopies,
  { signal, certificate, told }: { signal: AbortSignal; certificate: string; told: (copies: Copies) => void },
): Promise<void> {
  const since = new Map<string, number>()
  let begun = false
  let used = ''
  let renewed = changedAt(certificate)
  for (; !signal.aborted; await delay(LOOK_MS, undefined, { signal }).catch(() => {})) {
    const now = performance.now()
    const all = await find().catch(() => undefined)
    if (all) {
      const of = (name: Upstream) => all[name] ?? []
      const each = [...new Map(UPSTREAMS.flatMap(of).map((copy) => [copy.public, copy])).values()]
      const looks = await Promise.all(each.map(async (copy) => [copy.public, await isReady(copy, signal)] as const))
      const ready = new Set(looks.filter(([, is]) => is).map(([at]) => at))
      for (const at of since.keys()) if (!ready.has(at)) since.delete(at)
      // Those that are there when it begins are warm.
      for (const at of ready) if (!since.has(at)) since.set(at, begun ? now : -WARM_UP_MS)
      begun = true
      const weigh = (copy: Copy): Copy => ({
        ...copy,
        weight: now - (since.get(copy.public) ?? now) < WARM_UP_MS ? 1 : FULL_WEIGHT,
      })
      const living = (name: Upstream) =>
        of(name)
          .filter(({ public: at }) => ready.has(at))
          .map(weigh)
      const wanted: Copies = {
        ...(Object.fromEntries(UPSTREAMS.map((name) => [name, living(name)])) as Partial<Copies>),
        every: living('every'),
      }
      const text = JSON.stringify(wanted)
      if (wanted.every.length > 0 && text !== used && !signal.aborted) {
        nginx.use(wanted)
        used = text
        told(wanted)
      }
    }
    const changed = changedAt(certificate)
    if (changed !== renewed && changed !== undefined) {
      renewed = changed
      nginx.reload()
    }
  }
}

const changedAt = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs
