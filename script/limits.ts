/** Characters that fields of a scenario have at most, and how many tags. */
export const MAX_TITLE = 200
export const MAX_DESCRIPTION = 500
export const MAX_TAG = 50
export const MAX_TAGS = 50
/** Lines of audio in a whole script: three for each of its 2,000 rows. */
export const MAX_LINES = 6_000
export const MAX_COMMENT = 5_000
