/**
 * `node temporal-download.ts FOLDER`: lets the SDK fetch its dev server into that folder. A process of its own, for the native core that
 * does it cannot be interrupted, and would stay in our memory.
 */
import { TestWorkflowEnvironment } from '@temporalio/testing'

const downloadDir = process.argv[2]
if (downloadDir === undefined) throw new Error('usage: temporal-download.ts FOLDER')
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
})
await environment.teardown()
