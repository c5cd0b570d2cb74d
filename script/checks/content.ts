import { fold } from '../fold.ts'
import { finding, spanOf, type Checked, type Finding, type Span } from './check.ts'
import { spokenOf } from './texts.ts'

/**
 * What drafts leave behind: slots, reminders, labels, markup, a model's thoughts. Written pauses, and how something is said, are
 * meant to be there.
 */
const LEFTOVERS =
  /\[(?!\s*(?:пауза|сме[хёе]|ш[её]пот|вздо?[хы]|крик|крич|плач|тихо|громко|неразборчиво|аплодисмент|pause|laugh|whisper|sigh|shout|quiet|loud|inaudible|applause))[^\]\n]{0,80}\]|\{\{[^}\n]{0,80}\}\}|(?<!\p{L})(?:TODO|TBD|FIXME|XXX|lorem ipsum)(?!\p{L})|^(?:диктор|голос за кадром|закадровый голос|narrator|voice-?over)\s*:|\*\*(?=[^\s*])|^#{1,6}\s|```|<\/?think(?:ing)?>/imu

/** Is it fit to be read out as it stands? */
export function placeholders({ rows }: Checked): Finding {
  const spans = rows.flatMap((timed) => {
    const texts = [...timed.row.audio.map((a) => a.text), timed.row.on_screen_text ?? '']
    return texts.flatMap((text) => LEFTOVERS.exec(text)?.[0] ?? []).map((text) => spanOf(timed, text))
  })
  return spans.length === 0
    ? finding(true, 1, 'Заглушек нет', 'No placeholders')
    : finding(
        false,
        1 - spans.length / rows.length,
        `Заглушки и разметка: ${spans.length}`,
        `Placeholders and markup: ${spans.length}`,
        spans,
      )
}

/** Words in a row that count as a repeated phrase, and the share of them above which a scene says what was said. */
const GRAM = 4
const MAX_REPEATED_SHARE = 0.2
/** Repeated phrases from which on it is no slogan and no refrain any more: seven words in a row. */
const MIN_REPEATED_GRAMS = 4

/** Does each scene say something new? */
export function repetition({ rows }: Checked): Finding {
  const scenes = Map.groupBy(rows, ({ scene }) => scene.id)
  const said = new Set<string>()
  const spans: Span[] = []
  let worst = 0
  for (const [sceneId, timed] of scenes) {
    const words = fold(timed.map(spokenOf).join(' ')).match(/[\p{L}\p{N}]+/gu) ?? []
    const grams = words.slice(GRAM - 1).map((_, i) => words.slice(i, i + GRAM).join(' '))
    const again = grams.filter((gram) => said.has(gram))
    const share = grams.length === 0 ? 0 : again.length / grams.length
    if (share > MAX_REPEATED_SHARE && again.length >= MIN_REPEATED_GRAMS) {
      worst = Math.max(worst, share)
      spans.push({ scene_id: sceneId, row_id: null, text: again[0] ?? '' })
    }
    for (const gram of grams) said.add(gram)
  }
  return finding(
    spans.length === 0,
    1 - worst,
    spans.length === 0 ? 'Сцены не повторяются' : `Сцен с повторами: ${spans.length}`,
    spans.length === 0 ? 'The scenes do not repeat each other' : `Scenes that repeat others: ${spans.length}`,
    spans,
  )
}
