/** Shortened words after whose full stop a sentence goes on. Without their full stops, in lower case; ё is е. */
const SHORTENED = new Set(
  (
    'г гг в вв ул д кв корп стр пер пл пос дер обл р руб коп тыс млн млрд т др п пр н э см рис им проф акад ред напр тел доб мин сек ч кг км мм м л ' +
    'гр св о оф эт пом тж ср ум род доц зав зам нач отд рост вкл мес нед экз шт уп ' +
    'jan feb mar apr jun jul aug sep sept oct nov dec al ' +
    'dr mr mrs ms st jr sr vs etc e.g i.e a.m p.m u.s u.k no inc ltd co corp approx ave blvd prof gen rev est dept fig vol min sec hr'
  ).split(' '),
)

const END = /[.!?…]+[»"”’)\]]*$/u

/** Whether a sentence may end with this word: not after «ул.», «А.», "Dr.", "p.m."; nor where the next word is in lower case. */
export function endsSentence(word: string, next: string | undefined): boolean {
  if (!END.test(word)) return false
  if (next !== undefined && /^[«"“(]?\p{Ll}/u.test(next)) return false
  return !isShortened(word)
}

/** Whether a full stop at the end of this word is that of a shortened word or an initial. */
export function isShortened(word: string): boolean {
  const bare = word
    .replace(/^[«"“(]+/u, '')
    .toLowerCase()
    .replaceAll('ё', 'е')
  if (!/^[^.!?…]*(?:\.[^.!?…]+)*\.$/u.test(bare)) return false
  const stem = bare.slice(0, -1)
  // Initials: «А. С. Пушкин», «т.д.».
  return SHORTENED.has(stem) || /^\p{L}$/u.test(stem) || /^(?:\p{L}\.)+\p{L}$/u.test(stem)
}
