import { enableCompileCache } from 'node:module'
import { compileCache } from './temporal/cache-folder.ts'

// Before anything big is loaded, hence the import below and not here.
enableCompileCache(compileCache(process.env))
const { main } = await import('./start.ts')
process.exit(await main(process.argv.slice(2), process.env))
