/** Days that a finished execution stays on the Temporal server. Short, for histories hold the work of people. */
export const RETENTION_DAYS = 7

/** Days for which the sealed texts of a model call (what was sent, what came) are kept for whoever looks into a failure. */
export const CALL_TEXTS_DAYS = 30
