/** Words that models use for a member of a closed set, in their plain form, the longest that a text begins with first. */
const WORDS: Readonly<Record<string, string>> = {
  voiceover: 'vo',
  voice: 'vo',
  narrator: 'vo',
  narration: 'vo',
  narrative: 'vo',
  speech: 'vo',
  spoken: 'vo',
  диктор: 'vo',
  закадр: 'vo',
  голос: 'vo',
  речь: 'vo',
  dialogue: 'dialog',
  character: 'dialog',
  диалог: 'dialog',
  реплика: 'dialog',
  sound: 'sfx',
  effect: 'sfx',
  ambien: 'sfx',
  atmos: 'sfx',
  noise: 'sfx',
  fx: 'sfx',
  звук: 'sfx',
  шум: 'sfx',
  эффект: 'sfx',
  background: 'music',
  bgm: 'music',
  song: 'music',
  музыка: 'music',
  фон: 'music',
}

/** Other names of a field, in their plain form. One that is a field of the same object is never taken for another. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  title: ['name', 'headline', 'название', 'заголовок'],
  heading: ['title', 'name', 'заголовок', 'название'],
  scenes: ['parts', 'сцены'],
  rows: ['shots', 'frames', 'lines', 'кадры', 'строки'],
  visual: ['visuals', 'video', 'picture', 'image', 'shot', 'видеоряд', 'картинка', 'кадр'],
  audio: ['sound', 'voiceover', 'voice', 'narration', 'speech', 'dialogue', 'звук', 'диктор', 'текст'],
  text: ['line', 'content', 'words', 'speech', 'title', 'headline', 'текст', 'реплика'],
  speaker: ['who', 'voice', 'character', 'name', 'кто'],
  type: ['kind', 'тип'],
  on_screen_text: ['screentext', 'onscreen', 'caption', 'overlay', 'титр', 'титры'],
  duration_s: ['durationseconds', 'durationsec', 'seconds', 'length', 'time', 'длительность', 'секунды'],
  seconds: ['duration', 'durations', 'durationseconds', 'length', 'секунды'],
  cta: ['calltoaction', 'призыв'],
  hook: ['зацепка'],
}

/** Where the one text of an object is looked for when a text alone was asked for, and the reverse. */
export const TEXT_KEYS = ['text', 'title', 'headline', 'value', 'content', 'name', 'line', 'visual']

/** Letters and digits, in lower case. */
const plain = (word: string): string => word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')

/** The key that means this field: itself, in another spelling (`onScreenText`), without its unit (`duration`), or by another name. */
export function keyFor(name: string, names: readonly string[], value: Readonly<Record<string, unknown>>): string {
  if (name in value) return name
  const keys = Object.keys(value)
  const wanted = [plain(name), plain(name.replace(/_s$/, '')), ...(OTHER_NAMES[name] ?? [])]
  const own = new Set(names.map(plain))
  return (
    wanted
      .filter((word) => word === plain(name) || !own.has(word))
      .map((word) => keys.find((key) => plain(key) === word && value[key] !== null && value[key] !== undefined))
      .find((key) => key !== undefined) ?? name
  )
}

/** The member of a closed set that is meant by a text, if any. */
export function memberFor(members: readonly unknown[], said: string): unknown {
  const word = plain(said)
  const named = (meant: string) => members.find((member) => plain(String(member)) === meant)
  const known = Object.keys(WORDS).toSorted((a, b) => b.length - a.length)
  const begins = known.find((key) => word.startsWith(key)) ?? known.find((key) => key.length > 3 && word.includes(key))
  return (
    named(word) ??
    (begins === undefined ? undefined : named(WORDS[begins]!)) ??
    members.find((member) => plain(String(member)).length > 2 && word.startsWith(plain(String(member))))
  )
}
