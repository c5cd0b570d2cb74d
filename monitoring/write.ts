/** `npm run docs:monitoring`: writes deploy/monitoring/ anew, from the lists of this folder. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { alertmanagerFile } from './alertmanager.ts'
import { DASHBOARDS, grafanaFile } from './dashboards.ts'
import { prometheusFile } from './prometheus.ts'
import { rulesFile } from './rules.ts'
import { toYaml, type Yaml } from './yaml.ts'

export const DEPLOYED = fileURLToPath(new URL('../deploy/monitoring/', import.meta.url))

const HEAD = '# Made of monitoring/ by `npm run docs:monitoring`; do not edit.\n'
const yaml = (value: Yaml) => HEAD + toYaml(value)

/** Every file by its name below deploy/monitoring/. */
export const monitoringFiles = (): Record<string, string> => ({
  'prometheus.yml': yaml(prometheusFile()),
  'rules.yml': yaml(rulesFile()),
  'alertmanager.yml': yaml(alertmanagerFile()),
  ...Object.fromEntries(
    DASHBOARDS.map((dashboard) => [
      `dashboards/${dashboard.id}.json`,
      `${JSON.stringify(grafanaFile(dashboard), null, 2)}\n`,
    ]),
  ),
})

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const [name, text] of Object.entries(monitoringFiles())) {
    const path = `${DEPLOYED}${name}`
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
