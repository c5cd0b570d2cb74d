// Runs in the image, by sbom.sh. Prints CycloneDX 1.6.
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'

const read = (path) => JSON.parse(readFileSync(path, 'utf8'))
const own = read('/app/package.json')
const licence = (given) => {
  const id = typeof given === 'string' ? given : given?.type
  return id === undefined
    ? {}
    : { licenses: [/[ (]/.test(id) ? { expression: id.replace(/^\((.*)\)$/, '$1') } : { license: { id } }] }
}
const purl = (name, version) => `pkg:npm/${name.replace('@', '%40')}@${version}`
const packages = globSync('/app/node_modules/{**/node_modules/,}{@*/,}*/package.json', {})
  .map((path) => read(path))
  .filter(({ name, version }) => name && version)
const components = [...new Map(packages.map((one) => [purl(one.name, one.version), one]))]
  .toSorted(([a], [b]) => (a < b ? -1 : 1))
  .map(([ref, { name, version, license }]) => ({
    type: 'library',
    'bom-ref': ref,
    name,
    version,
    purl: ref,
    ...licence(license),
  }))
const version = process.version.slice(1)
const node = {
  type: 'application',
  'bom-ref': 'node',
  name: 'node',
  version,
  purl: `pkg:generic/node@${version}`,
  licenses: [{ license: { id: 'MIT' } }],
}
const root = { type: 'application', 'bom-ref': 'root', name: own.name, version: own.version, ...licence(own.license) }
const digest = createHash('sha256').update(JSON.stringify(components)).digest('hex')
const serial = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, 'urn:uuid:$1-$2-4$3-8$4-$5')
const bom = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: serial,
  version: 1,
  metadata: { component: root },
  components: [node, ...components],
  dependencies: [{ ref: 'root', dependsOn: ['node', ...components.map((one) => one['bom-ref'])] }],
}
process.stdout.write(`${JSON.stringify(bom, null, 2)}\n`)
