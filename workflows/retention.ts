/** Days that a finished execution stays on the Temporal server. Short, for histories hold the work of people. */
export const RETENTION_DAYS = 7
