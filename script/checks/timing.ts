import { spokenSeconds } from '../duration.ts'
import { isLegalText } from '../law/marks.ts'
import { ADDRESS, PHONE } from '../reading.ts'
import { isSpoken } from '../script.ts'
import { finding, notNeeded, sec, spanOf, type Checked, type Finding } from './check.ts'
import { spokenOf } from './texts.ts'

/** A video under 20 s may miss its length by 15 %, a longer one by 10 %: readers differ by about as much. */
const tolerance = (target: number) => (target < 20 ? 0.15 : 0.1)

/** Does the estimate meet the wanted length? */
export function duration({ total_s, target_duration_s, rows }: Checked): Finding {
  const off = Math.abs(total_s - target_duration_s) / target_duration_s
  const [is, want] = [sec(total_s), sec(target_duration_s)]
  if (rows.length === 0) return finding(false, 0, 'В сценарии пока нет строк', 'The script has no rows yet')
  return finding(
    off <= tolerance(target_duration_s),
    1 - off,
    `Около ${is.ru} с, задано ${want.ru} с (расхождение ${Math.round(off * 100)} %)`,
    `About ${is.en} s, wanted ${want.en} s (${Math.round(off * 100)}% off)`,
  )
}

const SHORT_PLATFORMS = ['shorts', 'reels', 'tiktok']
/** Seconds within which the first sentence must be over: viewers of short videos decide in three. */
export const hookLimit = ({ kind, platform }: Pick<Checked, 'kind' | 'platform'>): number =>
  kind === 'short' || SHORT_PLATFORMS.includes(platform) ? 3 : 10

/** Is the first spoken sentence over before the viewer goes? In a silent video a text on the screen must be there by then. */
export function hook(checked: Checked): Finding {
  const limit = hookLimit(checked)
  const first = checked.rows.find((timed) => timed.row.audio.some(isSpoken) && spokenOf(timed).trim() !== '')
  if (!first) {
    const shown = checked.rows.find((timed) => timed.row.on_screen_text && timed.start_s <= limit)
    return shown
      ? finding(true, 1, 'Зацепка дана текстом на экране', 'The hook is on the screen')
      : finding(false, 0, `В первые ${limit} с нет ни слова`, `Not a word in the first ${limit} s`)
  }
  const sentence = /^[^.!?…]*[.!?…]*/u.exec(spokenOf(first).trim())?.[0] ?? ''
  const ends = first.start_s + spokenSeconds(sentence, checked)
  const at = sec(ends)
  return finding(
    ends <= limit,
    ends <= limit ? 1 : limit / ends,
    `Первая фраза кончается на ${at.ru} с, нужно до ${limit} с`,
    `The first sentence ends at ${at.en} s; it should by ${limit} s`,
    ends <= limit ? [] : [spanOf(first, sentence)],
  )
}

/** Longest row, seconds: a picture that stands longer tires. */
const MAX_ROW_S = 15
/** Words on the screen at a time that are read in passing. */
const MAX_CAPTION_WORDS = 7

/** Words of a caption; a telephone number or an address is read at a glance, as one. */
const captionWords = (caption: string): number =>
  caption
    .replace(PHONE, ' 0 ')
    .replace(ADDRESS, ' a ')
    .match(/[\p{L}\p{N}]+/gu)?.length ?? 0

/** Do the two columns go together: every spoken row has a picture, captions are short, no row too long? */
export function balance({ rows }: Checked): Finding {
  if (rows.length === 0) return notNeeded('Строк пока нет', 'There are no rows yet')
  const faults = rows.flatMap((timed) => {
    const { row } = timed
    const blind = row.audio.some(isSpoken) && row.visual.trim() === ''
    const caption = row.on_screen_text ?? ''
    const wordy = !isLegalText(caption) && captionWords(caption) > MAX_CAPTION_WORDS
    const long = timed.end_s - timed.start_s > MAX_ROW_S
    if (!blind && !wordy && !long) return []
    return [{ timed, blind, wordy, long, text: wordy ? caption : spokenOf(timed) || row.visual }]
  })
  const count = (which: 'blind' | 'wordy' | 'long') => faults.filter((f) => f[which]).length
  if (faults.length === 0)
    return finding(true, 1, 'Изображение и звук уравновешены', 'Picture and sound are in balance')
  return finding(
    false,
    1 - faults.length / rows.length,
    `Без изображения: ${count('blind')}; текст на экране длиннее ${MAX_CAPTION_WORDS} слов: ${count('wordy')}; дольше ${MAX_ROW_S} с: ${count('long')}`,
    `Without a picture: ${count('blind')}; captions over ${MAX_CAPTION_WORDS} words: ${count('wordy')}; longer than ${MAX_ROW_S} s: ${count('long')}`,
    faults.map(({ timed, text }) => spanOf(timed, text)),
  )
}
