import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { BUILT } from './built.ts'

const ROOT = resolve(import.meta.dirname, '..')
const STAMP = '.made-of'

/** What the page is made of: another hash of it makes another page. */
function sourceHash(): string {
  const hash = createHash('sha256')
  const add = (path: string) => hash.update(path).update(readFileSync(join(ROOT, path)))
  for (const folder of ['client', 'studio/page'])
    for (const name of readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).toSorted())
      if (/\.(?:tsx?|css|html)$/.test(name) && !name.startsWith('dist')) add(join(folder, name))
  for (const path of ['studio/build.ts', 'package-lock.json']) if (existsSync(join(ROOT, path))) add(path)
  return hash.digest('hex')
}

const isFresh = (hash: string): boolean => {
  try {
    return readFileSync(join(BUILT, STAMP), 'utf8') === hash
  } catch {
    return false
  }
}

/** Compressed once here instead of at every request. */
function compress(folder: string): void {
  for (const name of readdirSync(join(folder, 'assets'))) {
    const path = join(folder, 'assets', name)
    const bytes = readFileSync(path)
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  }
}

/**
 * Builds the studio unless what is there was made of the same sources. The page that is there stays until the new one is whole: a build
 * that dies half-way leaves the old one.
 * @returns whether it had to be built
 */
export async function buildStudio(): Promise<boolean> {
  const hash = sourceHash()
  if (isFresh(hash)) return false
  const { build } = await import('vite')
  const made = `${BUILT}.${process.pid}`
  await build({
    configFile: false,
    root: join(ROOT, 'studio/page'),
    base: '/studio/',
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: made,
      emptyOutDir: true,
      modulePreload: { polyfill: false },
      target: 'es2022',
      assetsInlineLimit: 0,
    },
  })
  compress(made)
  writeFileSync(join(made, STAMP), hash)
  const old = `${made}.old`
  try {
    mkdirSync(BUILT, { recursive: true })
    renameSync(BUILT, old)
    renameSync(made, BUILT)
  } catch (error) {
    // Another process was at it at the same time: its page is as good.
    if (!isFresh(hash)) throw error
    rmSync(made, { recursive: true, force: true })
  }
  rmSync(old, { recursive: true, force: true })
  return true
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const built = await buildStudio()
  process.stdout.write(`The studio ${built ? 'was built' : 'is as it should be'}\n`)
}
