import { isReserved } from '../../db/users/skeleton.ts'
import { isUsername, MAX_USERNAME, MIN_USERNAME } from '../../db/users/username.ts'
import type { OldUser } from './staging.ts'
import { nfc } from '../../script/nfc.ts'

/** Cut inside no character. */
const cut = (text: string, max: number): string => [...text].slice(0, max).join('')

/** An old username as one that can be saved here, and what to call the person where it is taken. */
export function usernamesFor(user: Pick<OldUser, 'id' | 'username'>): { name: string; others: Generator<string> } {
  const wanted = nfc(user.username ?? '').trim()
  const kept = cut(wanted.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[^\p{L}\p{N}]+|-+$/gu, ''), MAX_USERNAME)
  const fits = [...kept].length >= MIN_USERNAME && isUsername(kept) && !isReserved(kept)
  const name = fits ? kept : kept === '' ? `user${user.id}` : `${kept}-${user.id}`
  return { name, others: others(name, user.id) }
}

function* others(name: string, id: number): Generator<string> {
  for (let n = 1; n < 1_000; n++) {
    const end = n === 1 ? `-${id}` : `-${id}-${n}`
    yield `${cut(name, MAX_USERNAME - end.length)}${end}`
  }
}
