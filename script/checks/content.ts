import { fold } from '../fold.ts'
import { finding, notNeeded, spanOf, type Checked, type Finding, type Span } from './check.ts'
import { spokenOf } from './texts.ts'

/** The word that marks advertising, by language. Russian law (38-FZ, art. 18.1) wants that word, the advertiser and the token. */
const MARK = {
  ru: /(?<!\p{L})реклама(?!\p{L})/iu,
  en: /(?<!\p{L})(?:ad|advert|advertisement|sponsored|paid (?:partnership|promotion))(?!\p{L})/iu,
}
const TOKEN = /(?<!\p{L})erid(?!\p{L})/iu
/** Somebody is named beside the mark: a form of company, a tax number, or words in quotation marks. */
const ADVERTISER =
  /(?<!\p{L})(?:ООО|АО|ПАО|ИП|НКО|ИНН|LLC|Ltd|Inc|GmbH)(?!\p{L})|рекламодател|advertiser|sponsored by|[«"“][^»"”]+[»"”]/iu

/** Do ads and integrations show on the screen that they are that? Slots and words are looked for; it is no legal verdict. */
export function disclosure({ kind, language, rows }: Checked): Finding {
  if (kind !== 'ad' && kind !== 'integration') return notNeeded('Маркировка не нужна', 'No advertising mark is needed')
  const russian = language.toLowerCase().startsWith('ru')
  const shown = rows.map(({ row }) => row.on_screen_text ?? '').filter((text) => MARK[russian ? 'ru' : 'en'].test(text))
  const has = (pattern: RegExp) => shown.some((text) => pattern.test(text))
  const parts: [boolean, string, string][] = [[shown.length > 0, 'пометка «Реклама»', 'the mark “Ad”']]
  if (russian) parts.push([has(ADVERTISER), 'рекламодатель или ИНН', 'the advertiser'], [has(TOKEN), 'erid', 'erid'])
  const missing = parts.filter(([there]) => !there)
  return finding(
    missing.length === 0,
    1 - missing.length / parts.length,
    missing.length === 0
      ? 'Реклама помечена на экране'
      : `На экране не хватает: ${missing.map((m) => m[1]).join(', ')}`,
    missing.length === 0
      ? 'The advertising is marked on the screen'
      : `The screen lacks: ${missing.map((m) => m[2]).join(', ')}`,
  )
}

/** What drafts leave behind: slots, reminders, labels, markup, a model's thoughts. Written pauses, and how something is said, are meant to be there. */
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
const MOST_REPEATED = 0.2
/** Repeated phrases from which on it is no slogan and no refrain any more: seven words in a row. */
const LEAST_REPEATED = 4

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
    if (share > MOST_REPEATED && again.length >= LEAST_REPEATED) {
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
