// `node slim.mjs APP ROOT`: takes out of APP/node_modules what a container never needs (left-out.json), and puts into ROOT all that the image
// has beside APP: Node, NGINX, the libraries that they and the native modules are linked with, certificates, users, an empty /tmp. No shell, no package
// manager. Plain JavaScript without dependencies; it runs in the first stage of the Dockerfile, on Linux.
import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { rootCertificates } from 'node:tls'

const [app, root] = process.argv.slice(2)
if (app === undefined || root === undefined) throw new Error('usage: slim.mjs APP ROOT')
const modules = join(app, 'node_modules')

/** Packages that are asked for when the SDK loads and used when it bundles, which is done. */
const NEVER_CALLED = ['webpack', 'memfs', 'unionfs']

/** Paths in node_modules of all packages that are reached from the root by dependencies, without those that are left out whole. */
function reached(packages, without) {
  const resolve = (from, name) => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
      const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`
      if (path in packages) return path
      if (at === '') return undefined
    }
  }
  const found = new Set([''])
  for (const from of found) {
    const { dependencies, optionalDependencies, peerDependencies } = packages[from]
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const path = without.has(name) ? undefined : resolve(from, name)
      if (path !== undefined) found.add(path)
    }
  }
  return found
}

const leftOut = JSON.parse(readFileSync(new URL('left-out.json', import.meta.url), 'utf8')).flatMap(
  ({ paths }) => paths,
)
for (const pattern of leftOut)
  for (const path of globSync(pattern, { cwd: modules })) rmSync(join(modules, path), { recursive: true, force: true })

// What only those needed that are gone.
const { packages } = JSON.parse(readFileSync(join(app, 'package-lock.json'), 'utf8'))
const kept = reached(packages, new Set(leftOut.filter((path) => !path.includes('*'))))
for (const path of Object.keys(packages))
  if (path !== '' && !kept.has(path)) rmSync(join(app, path), { recursive: true, force: true })

// Of the native modules those of this platform.
const triple = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`
const releases = join(modules, '@temporalio/core-bridge/releases')
for (const name of readdirSync(releases)) if (name !== triple) rmSync(join(releases, name), { recursive: true })
for (const path of globSync('**/prebuilds/*', { cwd: modules }))
  if (!path.endsWith(`linux-${process.arch}`)) rmSync(join(modules, path), { recursive: true })

for (const name of NEVER_CALLED) {
  mkdirSync(join(modules, name), { recursive: true })
  writeFileSync(join(modules, name, 'index.js'), 'module.exports = {}\n')
}

const put = (path) => {
  mkdirSync(join(root, dirname(path)), { recursive: true })
  copyFileSync(path, join(root, path))
}
const programs = ['/usr/local/bin/node', '/usr/sbin/nginx']
for (const program of programs) put(program)
const linked = [...programs, ...globSync('**/*.node', { cwd: modules }).map((path) => join(modules, path))]
const libraries = linked.flatMap((path) =>
  execFileSync('ldd', [path], { encoding: 'utf8' })
    .match(/\/\S*\.so\S*/g)
    .filter((library) => !library.startsWith(app)),
)
for (const library of new Set(libraries)) put(library)
// Of the C library: how names become addresses, users names.
for (const path of globSync('/lib/*-linux-gnu/libnss_{dns,files}.so.2')) put(path)
for (const path of ['/etc/passwd', '/etc/group']) put(path)
writeFileSync(join(root, 'etc/nsswitch.conf'), 'passwd: files\ngroup: files\nhosts: files dns\n')
// The native core verifies TLS with the system's authorities: Mozilla's list, as this Node carries it.
const certificates = join(root, 'etc/ssl/certs')
mkdirSync(certificates, { recursive: true })
writeFileSync(join(certificates, 'ca-certificates.crt'), `${rootCertificates.join('\n')}\n`)
mkdirSync(join(root, 'tmp'))
chmodSync(join(root, 'tmp'), 0o1777)
