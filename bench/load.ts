import autocannon from 'autocannon'

export interface HttpLoad {
  readonly url: string
  readonly connections: number
  readonly seconds: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Asks as fast as the answers come, on so many connections. Every answer must be a 2xx. */
export async function httpLoad({
  url,
  connections,
  seconds,
  headers = {},
}: HttpLoad): Promise<{ perSecond: number; count: number; times: number[] }> {
  const times: number[] = []
  const running = autocannon({ url, connections, duration: seconds, headers })
  running.on('response', (_client: unknown, _status: number, _bytes: number, ms: number) => times.push(ms))
  const result = await running
  const bad = result.errors + result.timeouts + result.non2xx
  if (bad > 0 || result['2xx'] === 0) throw new Error(`${bad} of ${times.length} requests to ${url} failed`)
  return { perSecond: result['2xx'] / result.duration, count: result['2xx'], times }
}

/** Does `count` jobs, so many at a time. Gives what they gave and how long all took (seconds). */
export async function closedLoop<T>(
  count: number,
  concurrency: number,
  job: (i: number) => Promise<T>,
): Promise<{ seconds: number; results: T[] }> {
  const results: T[] = []
  let next = 0
  const started = performance.now()
  const lane = async () => {
    while (next < count) results.push(await job(next++))
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return { seconds: (performance.now() - started) / 1000, results }
}
