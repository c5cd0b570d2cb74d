import { DefaultFailureConverter } from '@temporalio/common'

/** Messages and stack traces of failures go through the codec too: by default they would stand in the history as plain text. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
