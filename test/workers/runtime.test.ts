import { expect, test } from '@jest/globals'
import { withoutTaskTokens } from '../../workers/runtime.ts'

test.each(['taskToken', 'task_token', 'tasktoken'])('%s of the SDK’s warnings is in no log line', (name) => {
  const meta = { [name]: 'TaskToken(CiQxMjM)', details: 'Status { of TaskToken(CiQxMjM) }', workflowId: 'generation-1' }
  expect(withoutTaskTokens(meta)).toEqual({
    details: 'Status { of TaskToken([redacted]) }',
    workflowId: 'generation-1',
  })
})
