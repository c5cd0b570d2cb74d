import { join, resolve } from 'node:path'

/** Where the built page stands: index.html and its assets, each as it is and compressed. */
export const BUILT = join(resolve(import.meta.dirname, '..'), 'studio/dist')
