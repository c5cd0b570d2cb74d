/** How many comments stand at a scene or a row, and the way to them. */
export function CommentOn(_: { readonly scene: string; readonly row?: string; readonly name: string }) {
  return null
}
