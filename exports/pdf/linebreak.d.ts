/** The part of linebreak (UAX 14) that the PDF uses; the package brings no types. */
declare module 'linebreak' {
  class LineBreaker {
    constructor(text: string)
    /** Where a line may end next, in UTF-16 units; null at the end. */
    nextBreak(): { readonly position: number; readonly required: boolean } | null
  }
  export = LineBreaker
}
