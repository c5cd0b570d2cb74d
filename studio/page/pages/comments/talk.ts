import { computed, signal } from '@preact/signals'
import type { Comment, Scenario } from '../../../../client/index.ts'
import { scenor } from '../../session.ts'
import { inLanguage, t } from '../../words.ts'

export const words = inLanguage({
  en: {
    ...{
      comment: 'Comment',
      comments: 'Comments',
      none: 'Nobody has said anything yet.',
      send: 'Send',
      reply: 'Reply',
    },
    ...{ resolve: 'Resolve', reopen: 'Reopen', resolved: 'Resolved', taken: 'This comment was taken back.' },
    ...{ whole: 'The whole script', gone: 'A part that is gone', close: 'Close', show: 'Show in the script' },
    ...{ edited: 'edited', sent: 'Sent', isResolved: 'Resolved', isOpen: 'Open again', isGone: 'Taken back' },
    ...{ viewer: 'You may read this script, not comment on it.' },
  },
  ru: {
    ...{ comment: 'Комментарий', comments: 'Комментарии', none: 'Пока никто ничего не сказал.', send: 'Отправить' },
    ...{ reply: 'Ответить', resolve: 'Решено', reopen: 'Открыть снова', resolved: 'Решённые' },
    ...{ taken: 'Этот комментарий удалён.', whole: 'Весь сценарий', gone: 'Часть, которой больше нет' },
    ...{ close: 'Закрыть', show: 'Показать в сценарии', edited: 'изменён', sent: 'Отправлено' },
    ...{ isResolved: 'Отмечено решённым', isOpen: 'Снова открыто', isGone: 'Удалено' },
    ...{ viewer: 'Вы можете читать этот сценарий, но не комментировать.' },
  },
})

/** What a comment is about: a row of a scene, a scene, or the whole. */
export interface Place {
  readonly scene: string | null
  readonly row: string | null
}
export const WHOLE: Place = { scene: null, row: null }

export interface Thread {
  readonly root: Comment
  readonly replies: readonly Comment[]
}

/** What is said about the script that is shown. */
const comments = signal<readonly Comment[]>([])
export const mayComment = signal(false)
/** The place whose comments are open beside the script. */
export const looking = signal<Place | undefined>(undefined)

export async function load({ id, my_role }: Pick<Scenario, 'id' | 'my_role'>): Promise<void> {
  const all: Comment[] = []
  for await (const one of scenor.pages('GET /scenarios/{id}/comments', { params: { id }, query: { limit: 100 } }))
    all.push(one)
  comments.value = all
  mayComment.value = my_role !== 'viewer'
}

export function forget(): void {
  comments.value = []
  mayComment.value = false
  looking.value = undefined
}

export const threads = computed<readonly Thread[]>(() =>
  comments.value
    .filter(({ parent_id }) => parent_id === null)
    .map((root) => ({ root, replies: comments.value.filter(({ parent_id }) => parent_id === root.id) })),
)
export const isAt =
  ({ scene, row }: Place) =>
  ({ root }: Thread): boolean =>
    root.scene_id === scene && root.row_id === row

/** Where the button of a place stands in the page. */
export const anchorOf = ({ scene, row }: Place): string => `on-${row ?? scene}`

/** What a place is called, and in which order places come. */
export function placesOf(script: Scenario): readonly (Place & { readonly name: string })[] {
  return [
    { ...WHOLE, name: words.whole },
    ...script.scenes.flatMap((scene, i) => [
      { scene: scene.id, row: null, name: `${t.scene} ${i + 1}` },
      ...scene.rows.map((row, j) => ({
        ...{ scene: scene.id, row: row.id },
        name: `${t.scene} ${i + 1}, ${t.row} ${j + 1}`,
      })),
    ]),
  ]
}
