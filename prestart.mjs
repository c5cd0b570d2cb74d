// Plain JavaScript without dependencies: it runs before anything is installed, by whatever Node the machine has (20 or newer).
// `node_modules` counts as installed only when the hash of the lockfile stands in it, and the hash is written last: an install that
// was interrupted half-way is therefore done again.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const stamp = join(root, 'node_modules', '.scenor-lock-hash')
// Not in node_modules, which `npm ci` empties.
const turn = join(
  tmpdir(),
  `scenor-install-${createHash('sha256').update(root).digest('hex').slice(0, 16)}-${process.getuid?.() ?? 0}`,
)
const MAX_INSTALL_MS = 15 * 60_000

const read = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
// The platform is part of it: a folder copied from another machine has the wrong native binaries in it.
const wanted = () =>
  createHash('sha256')
    .update(read(join(root, 'package-lock.json')) ?? '')
    .update(`${process.platform}-${process.arch}`)
    .digest('hex')

function installed() {
  const hash = wanted()
  if (read(stamp) === hash) return true
  if (!installedByHand()) return false
  writeStamp(hash)
  return true
}

/** Somebody ran `npm install` or `npm ci` himself: npm writes what it installed to this file, at the very end. */
function installedByHand() {
  try {
    const { packages: have } = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8'))
    const { packages: want } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
    return Object.entries(want).every(
      ([path, { version, optional }]) => path === '' || (have[path] ? have[path].version === version : optional),
    )
  } catch {
    return false
  }
}

function writeStamp(hash) {
  writeFileSync(`${stamp}.${process.pid}`, hash)
  renameSync(`${stamp}.${process.pid}`, stamp)
}

/** True when this process may install; false when another one did so meanwhile. */
function takeTurn() {
  for (let said = false; ; said = true) {
    try {
      writeFileSync(turn, String(process.pid), { flag: 'wx' })
      return true
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (abandoned()) rmSync(turn, { force: true })
    else {
      if (!said) console.log('Another process is installing the dependencies; waiting for it …')
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
      if (installed()) return false
    }
  }
}

function abandoned() {
  try {
    const age = Date.now() - statSync(turn).mtimeMs
    const pid = Number(read(turn))
    // No number yet: the other one is between creating the file and writing to it.
    if (!(pid > 0)) return age > 5_000
    process.kill(pid, 0)
    // Alive; but after so long it is a stranger who got the pid of an installer that was killed.
    return age > MAX_INSTALL_MS
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

function install() {
  console.log(
    `Installing dependencies (npm ci): ${read(stamp) === undefined ? 'not installed yet' : 'the lockfile has changed'} …`,
  )
  rmSync(stamp, { force: true })
  const hash = wanted()
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const done = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (done.error || done.status !== 0) {
    console.error(
      `npm ci failed${done.error ? `: ${done.error.message}` : ` (exit code ${done.status ?? done.signal})`}. Fix what it says above and run the command again.`,
    )
    return done.status || 1
  }
  writeStamp(hash)
  return 0
}

if (!installed() && takeTurn()) {
  try {
    process.exitCode = installed() ? 0 : install()
  } finally {
    rmSync(turn, { force: true })
  }
}
