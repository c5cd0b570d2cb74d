// Plain JavaScript: what strips types stays in memory (20 MB), and what is loaded before this line would need it at each start.
import { enableCompileCache } from 'node:module'
import { compileCache } from './temporal/cache-folder.mjs'

// Before anything big is loaded, hence the import below and not here.
enableCompileCache(compileCache(process.env))
const { main } = await import('./start.ts')
process.exit(await main(process.argv.slice(2), process.env))
