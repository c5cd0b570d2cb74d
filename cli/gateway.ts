/**
 * `npm run docs:gateway`: what the gateway is configured with, made of the API's routes; with `-- --write` it goes to deploy/gateway/.
 */
import './closed-pipe.ts'
import { writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { nginxFile } from './gateway/nginx.ts'
import { IN_CONTAINERS, upstreamsFile, UPSTREAMS_OF_CONTAINERS } from './gateway/settings.ts'
import { traefikFile } from './gateway/traefik.ts'
import { gatewayTable } from './gateway/table.ts'

export const GATEWAY_FOLDER = fileURLToPath(new URL('../deploy/gateway/', import.meta.url))

/** Every file by its name below deploy/gateway/, as containers take it. */
export const gatewayFiles = (): Record<string, string> => ({
  'nginx.conf': nginxFile(gatewayTable(), IN_CONTAINERS),
  'upstreams.conf': upstreamsFile(UPSTREAMS_OF_CONTAINERS),
  'traefik.yml': traefikFile(gatewayTable(), UPSTREAMS_OF_CONTAINERS, IN_CONTAINERS),
  'traefik-consul.yml': traefikFile(gatewayTable(), { catalogue: '127.0.0.1:8099' }, IN_CONTAINERS),
})

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  for (const [name, text] of Object.entries(gatewayFiles()))
    if (process.argv.includes('--write')) writeFileSync(`${GATEWAY_FOLDER}${name}`, text)
    else process.stdout.write(`# ${name}\n${text}\n`)
