import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** `import … from './x.ts'`, `export … from`, `import './x.ts'`; what imports types alone leaves nothing in a bundle. */
const OWN_IMPORT = /^(?:import|export)\s+(?:(?!type\s)[^'";]*?\sfrom\s+)?'(\.[^']+)'/gm

/**
 * The paths of all files of ours that a bundle with these entries consists of, sorted: the entries, what they import, what that imports.
 */
export async function bundleSources(entries: readonly string[]): Promise<string[]> {
  const found = new Set(entries)
  for (const path of found)
    for (const [, specifier = ''] of (await readFile(path, 'utf8')).matchAll(OWN_IMPORT))
      found.add(resolve(dirname(path), specifier))
  return [...found].toSorted()
}
