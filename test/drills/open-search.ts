import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/until.ts'

const LIBS = join(homedir(), '.cache/scenor/opensearch-2.19.1/libs')
const START_MS = 120_000

/** A single OpenSearch node of its own, in one JVM. @returns its address, and how to end it */
export async function startOpenSearch(folder: string): Promise<{ url: string; stop: () => Promise<void> }> {
  if (!existsSync(LIBS)) throw new Error('no OpenSearch on this machine: .ci/install-opensearch.sh puts it there')
  mkdirSync(folder, { recursive: true })
  // The runner takes ports below 9300 alone.
  const port = 8_300 + Math.floor(Math.random() * 800)
  const settings = ['-basePath', folder, '-numOfNode', '1', '-baseHttpPort', String(port - 1), '-clusterName', 'drill']
  const child: ChildProcess = spawn(
    'java',
    ['-Xmx512m', '-cp', join(LIBS, '*'), 'org.codelibs.opensearch.runner.OpenSearchRunner', ...settings],
    { stdio: ['pipe', 'ignore', 'ignore'], cwd: folder },
  )
  const url = `http://127.0.0.1:${port}`
  await until(
    () =>
      fetch(url).then(
        (answer) => answer.ok,
        () => false,
      ),
    START_MS,
  )
  return {
    url,
    stop: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

/** Asks it. @throws Error with its answer */
export async function ask<T>(url: string, method = 'GET', body?: unknown): Promise<T> {
  const answer = await fetch(url, {
    method,
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    headers: { 'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json' },
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url} answered ${answer.status}: ${text}`)
  return JSON.parse(text) as T
}
