/**
 * `node temporal-download.ts FOLDER VERSION`: lets the SDK fetch that dev server into the folder. A process of its own, for the native
 * core that does it cannot be interrupted, and would stay in our memory.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing'

const [downloadDir, version] = process.argv.slice(2)
if (downloadDir === undefined || version === undefined) throw new Error('usage: temporal-download.ts FOLDER VERSION')
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir, version: `v${version}` } },
})
await environment.teardown()
