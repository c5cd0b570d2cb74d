import { readFile } from 'node:fs/promises'
import { defaultPayloadConverter, ValueError, type Payload } from '@temporalio/common'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { createPayloadCodec } from '../../temporal/codec.ts'
import type { ExecutionSummary } from '../../temporal/executions-of.ts'
import type { Keys } from '../../keys/keys.ts'
import type { Installation } from './installation.ts'
import { ReplayError } from './replay-error.ts'

export interface KeptHistory {
  readonly workflowId: string
  readonly history: unknown
}

const DEADLINE_MS = 10_000

/** The history of an execution of an operation. @param runId default: of the newest */
export async function fetchHistory(
  { temporal }: Pick<Installation, 'temporal'>,
  id: string,
  runId?: string,
): Promise<KeptHistory> {
  const history = await temporal.withDeadline(Date.now() + DEADLINE_MS, () =>
    temporal.workflow.getHandle(id, runId).fetchHistory(),
  )
  return { workflowId: id, history: JSON.parse(historyToJSON(history)) }
}

/** A history that `export` wrote, in a fixture or alone, or `temporal workflow show --output json`. @throws ReplayError */
export async function readHistory(path: string): Promise<KeptHistory> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new ReplayError(`${path} cannot be read`)
  })
  try {
    const read = JSON.parse(text) as Partial<KeptHistory> & { events?: unknown; kept?: KeptHistory }
    const json: Partial<KeptHistory> & { events?: unknown } = read.kept ?? read
    if (json.history !== undefined) return { workflowId: json.workflowId ?? 'from-file', history: json.history }
    if (json.events !== undefined) return { workflowId: 'from-file', history: json }
  } catch {
    // Told below.
  }
  throw new ReplayError(`${path} is no history: it needs {"workflowId", "history"} or {"events"}`)
}

/** What no key of ours reads would be told from a changed workflow by nothing. @throws ReplayError */
export async function readable(history: unknown, keys: Pick<Keys, 'payload'>): Promise<void> {
  const codec = createPayloadCodec(keys.payload)
  await codec.decode(payloadsIn(history)).catch((error: unknown) => {
    if (!(error instanceof ValueError)) throw error
    throw new ReplayError(
      `it cannot be read: ${error.message}. Set PAYLOAD_KEYS to the keys of the installation that it is from`,
    )
  })
}

interface HistoryEvent {
  readonly eventId: string
  readonly eventType: string
  readonly eventTime: string
  readonly [attributes: string]: unknown
}

/** A line for each event of an execution, its payloads decoded. */
export async function timeline(
  { temporal, keys }: Pick<Installation, 'temporal' | 'keys'>,
  { workflow_id, run_id }: ExecutionSummary,
): Promise<string[]> {
  const { history } = await fetchHistory({ temporal }, workflow_id, run_id)
  const { events = [] } = history as { events?: HistoryEvent[] }
  const codec = createPayloadCodec(keys.payload)
  const lines: string[] = []
  for (const event of events) {
    const attributes = Object.entries(event).find(([key]) => key.endsWith('EventAttributes'))?.[1] ?? {}
    const words = [String((attributes as { activityType?: { name?: string } }).activityType?.name ?? '')]
    for (const payload of payloadsIn(attributes)) {
      const [plain] = await codec.decode([payload]).catch(() => [payload])
      words.push(shown(plain))
    }
    const name = event.eventType.replace(/^EVENT_TYPE_/, '').toLowerCase()
    lines.push(`${event.eventTime} ${event.eventId.padStart(3)} ${name} ${words.filter(Boolean).join(' ')}`.trimEnd())
  }
  return lines
}

function payloadsIn(value: unknown): Payload[] {
  if (typeof value !== 'object' || value === null) return []
  const { metadata, data } = value as { metadata?: Record<string, string>; data?: string }
  if (metadata && typeof data === 'string') {
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64'))
    const read = Object.fromEntries(Object.entries(metadata).map(([k, v]) => [k, bytes(v)]))
    return [{ metadata: read, data: bytes(data) }]
  }
  return Object.values(value).flatMap(payloadsIn)
}

const MAX_LENGTH = 200
/** What the failure converter encrypts of a failure. */
const isFailure = (value: unknown): value is { message: string } =>
  typeof value === 'object' && value !== null && 'message' in value && 'stack_trace' in value

function shown(payload: Payload | undefined): string {
  try {
    const value: unknown = payload && defaultPayloadConverter.fromPayload(payload)
    // Of a failure its message: stacks are in the log.
    const text = isFailure(value) ? value.message : JSON.stringify(value)
    return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text
  } catch {
    const encoding = Buffer.from(payload?.metadata?.['encoding'] ?? []).toString()
    return encoding === 'binary/encrypted' ? '(encrypted by a key that is not in the ring)' : ''
  }
}

/** As histories write it. */
const unsealed = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([k, v]) => [k, Buffer.from(v).toString('base64')])),
  data: Buffer.from(data ?? []).toString('base64'),
})

/** What is left of a value: its shape, numbers and flags, which the course depends on; no text. */
function emptied(value: unknown): unknown {
  if (typeof value === 'string') return 'x'
  if (Array.isArray(value)) return value.map(emptied)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, emptied(v)]))
}

/** Fields that say who: the worker's process and host, and whose turn it was (a person's id). */
const IDENTITIES = new Set(['identity', 'fairnessKey'])

/** The same history without a word of anybody: texts in payloads emptied, identities taken out. Its course stays, and so it replays. */
export async function redacted(
  { workflowId, history }: KeptHistory,
  uuid: string,
  keys: Pick<Keys, 'payload'>,
): Promise<KeptHistory> {
  const codec = createPayloadCodec(keys.payload)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const payload = async (value: object, keep: boolean): Promise<unknown> => {
    const [sealed] = payloadsIn(value)
    const [plain] = sealed ? await codec.decode([sealed]) : []
    // Not JSON: the SDK's own note on a local activity, which holds no text of anybody but is needed.
    if (!plain) return value
    if (Buffer.from(plain.metadata?.['encoding'] ?? []).toString() !== 'json/plain') return unsealed(plain)
    const read: unknown = defaultPayloadConverter.fromPayload(plain)
    const text = JSON.stringify(keep ? read : emptied(read))
    return { metadata: { encoding: base64('json/plain') }, data: base64(text) }
  }
  const nameless = `${workflowId.slice(0, workflowId.indexOf('-'))}-${uuid}`
  const walk = async (value: unknown, key = '', keep = false): Promise<unknown> => {
    if (Array.isArray(value)) return Promise.all(value.map((v) => walk(v, '', keep)))
    if (key === 'workflowId') return nameless
    if (typeof value !== 'object' || value === null) return IDENTITIES.has(key) ? 'redacted' : value
    // The marker of a local activity is read by the SDK: its ids and times are no words of people.
    if ('metadata' in value && 'data' in value) return payload(value, keep)
    const entries = Object.entries(value).filter(
      ([k]) => k !== 'searchAttributes' && k !== 'memo' && k !== 'userMetadata',
    )
    return Object.fromEntries(
      await Promise.all(
        entries.map(async ([k, v]) => [k, await walk(v, k, keep || k === 'markerRecordedEventAttributes')] as const),
      ),
    )
  }
  return { workflowId: nameless, history: await walk(history) }
}
