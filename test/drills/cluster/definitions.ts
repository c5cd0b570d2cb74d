import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Modules of Go that hold definitions of resources, the folder of each and the files that are wanted. */
const DEFINITIONS = [
  ['github.com/kedacore/keda/v2@v2.21.0', 'config/crd/bases', /^keda\.sh/],
  ['github.com/prometheus-operator/prometheus-operator@v0.85.0', 'example/prometheus-operator-crd', /monitors|rules/],
  ['sigs.k8s.io/gateway-api@v1.5.1', 'config/crd/standard', /^gateway\.networking.*\.yaml$/],
] as const

/** Where the Go proxy's copy of a module lies; fetched where it is not there. */
function folderOf(module: string): string {
  const answer = execFileSync('go', ['mod', 'download', '-json', module], {
    encoding: 'utf8',
    env: { ...process.env, GOFLAGS: '-mod=mod' },
  })
  return (JSON.parse(answer) as { Dir: string }).Dir
}

/** Files with the definitions of KEDA, the Prometheus operator and the Gateway API. The first call needs the internet. */
export const definitionFiles = (): string[] =>
  DEFINITIONS.flatMap(([module, path, wanted]) => {
    const folder = join(folderOf(module), path)
    return readdirSync(folder)
      .filter((name) => wanted.test(name))
      .map((name) => join(folder, name))
  })
