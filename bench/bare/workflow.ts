import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import type { Steps } from './steps.ts'

const { askModel, insertRow } = proxyActivities<Steps>({ startToCloseTimeout: '1 minute' })

/** The least durable workflow that does the job: two activities on its own queue, payloads in the clear. */
export async function bare(prompt: string): Promise<void> {
  await insertRow({ id: workflowInfo().workflowId, script: await askModel(prompt) })
}

/** One step, as a mail or a purge is. */
export async function keep(): Promise<void> {
  await insertRow({ id: workflowInfo().workflowId, script: '{}' })
}
