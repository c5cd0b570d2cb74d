import { anchorOf, isAt, looking, mayComment, threads, words } from './talk.ts'

/** How many open threads stand at a scene or a row, and the way to them. */
export function CommentOn({
  scene,
  row,
  name,
}: {
  readonly scene: string
  readonly row?: string
  readonly name: string
}) {
  const place = { scene, row: row ?? null }
  const open = threads.value.filter((thread) => isAt(place)(thread) && !thread.root.resolved).length
  if (!mayComment.value && open === 0) return null
  return (
    <button
      class="plain comment-on"
      id={anchorOf(place)}
      aria-haspopup="dialog"
      onClick={() => (looking.value = place)}
    >
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" class={open > 0 ? 'full' : undefined}>
        <path d="M3 3.5h14v10H9.5L5.5 17v-3.5H3z" />
      </svg>
      <span class="sr-only">
        {words.comment}: {name}
      </span>
      {open > 0 && <span>{open}</span>}
    </button>
  )
}
