import { fold } from './fold.ts'

/** A piece of a spoken text: words that are said, a pause that is waited for, or a remark that tells how it is said or what is heard. */
export type SpokenPiece =
  | { readonly kind: 'speech'; readonly text: string }
  | { readonly kind: 'pause'; readonly text: string; readonly seconds: number }
  | { readonly kind: 'remark'; readonly text: string }

/** Seconds of a written pause without a number. Ours. */
const PAUSE_S = 1
const MAX_PAUSE_S = 600

/** A bracket on one line, single or doubled. Bounded: a remark is short, and no text takes long. */
const BRACKET = /(?:\({2}|\[{2})(?<doubled>[^()[\]\n]{1,80})(?:\){2}|\]{2})|[([](?<single>[^()[\]\n]{1,80})[)\]]/g
const PAUSE =
  /^(?:(?:долгая|длинная|короткая|небольшая|long|short|brief) )?(?:пауза|pause|beat|тишина|silence)[\s,:—–-]*(?:(\d{1,3}(?:[.,]\d{1,3})?)\s*(?:сек\.?|секунд[аы]?|с\.?|s|secs?|seconds?)?)?\s*\.?$/u

/** What people do and sound like while they speak: these words begin a remark wherever they stand. Folded: ё is е. */
const ACTS =
  /^(?:(?:тихо|громко|нервно|весело|горько|почти|слегка|softly|quietly|loudly|nervously) )?(?:смех|смее|засмея|рассмея|хохо[тч]|хихик|усмех|ухмыл|улыба[ея]|вздох|вздых|выдох|выдых|шепот|шепч|шепн|шепет|всхлип|рыда[ею]|плач[еу]т|кашля|откашл|прокашл|чиха[ею]|зева[ея]|хмыка|хмыкн|фырка|напева|кива[ея]|пожима|подмиг|огляд|отворач|поворачива|оборачива|крич[иа]т|крич[аи]$|крик[аи]?(?!\p{L})|выкрик|вскрик|перебива|запина|аплодисмент|неразборчив|за ?кадр|зк$|гзк$|в сторону|(?:прямо )?в (?:камеру|трубку|микрофон|телефон)|с[о]? (?:улыбк|смех|вздох|усмешк|ирони|сарказм|нажим|удивлени|грустью|восторг)|(?:через|после) пауз|(?:себе )?под нос|про себя$|(?:laugh|chuckl|giggl|sigh|whisper|shout|yell|scream|sob|cough|sniff|gasp|groan|moan|grunt|yawn|nod|shrug|wink|grin)(?:s|es|ed|ing|ter|ling|led|les)?(?!\p{L})|smil(?:es|ing)(?!\p{L})|cr(?:ies|ying)$|clear(?:s|ing) (?:his|her|their|its)?|applause|inaudible|unintelligible|off[- ](?:screen|camera)|(?:o\.?s|v\.?o|o\.?c)\.?$|cont['’]?d|to (?:camera|(?:him|her|it|them|one)sel)|under (?:his|her|their) breath)/u

/**
 * Manner and sounds: remarks in square brackets, where hardly anything is said; in round ones they may be speech («(быстро и
 * бесплатно)»).
 */
const IN_SQUARE =
  /^(?:тих|громк|быстр|медлен|спокойн|взволнован|радост|весел|груст|сердит|ирони|саркаст|шутлив|серьезн|удивлен|испуган|устал|бодр|задумчив|музык|мелоди|звук|звон|звуч|стук|скрип|шум|шорох|щелч|гудок|гудки|сигнал|гром|лай|мяу|выстрел|взрыв|свист|стон|крик|плач|сме|quiet|soft|loud|slow|calm|excited|sad|angr|music|sound|noise|knock|click|beep|ring|bang|bark|thunder|whoosh|cheer|cry|scream)/u

const MAX_WORDS = { anywhere: 6, opening: 4 }

/**
 * Whether a bracket is a remark and not said. By this rule, in this order:
 * 1. with a digit it is said: «(200 минут и 30 ГБ)» (a pause with its seconds was seen before);
 * 2. beginning with a word of `ACTS`, up to 6 words, it is a remark: «(вздыхает)», "[laughs]";
 * 3. in square brackets also with a word of `IN_SQUARE`: «[музыка нарастает]»; other square brackets are slots to fill and are said;
 * 4. opening the speech or a line of it, in lower case, up to 4 words without a sentence's mark, it is the parenthetical of a
 *    screenplay: «(устало) Пора».
 * All else is said.
 */
function isRemark(inside: string, square: boolean, opens: boolean): boolean {
  const text = fold(inside).trim()
  const words = text.split(/\s+/).length
  if (text === '' || /\p{N}/u.test(text)) return false
  if (words <= MAX_WORDS.anywhere && (ACTS.test(text) || (square && IN_SQUARE.test(text)))) return true
  return opens && !square && words <= MAX_WORDS.opening && /^\p{Ll}/u.test(inside.trim()) && !/[.!?;:]/u.test(text)
}

/** What a written pause lasts, or undefined for another bracket. */
function pauseSeconds(inside: string): number | undefined {
  const found = PAUSE.exec(fold(inside).trim())
  if (!found) return undefined
  return found[1] === undefined ? PAUSE_S : Math.min(MAX_PAUSE_S, Number(found[1].replace(',', '.')))
}

/**
 * A spoken text in its pieces, in their order; `text` of a pause or a remark is what stands within its brackets. The one place that
 * decides what is said: the estimate waits for pauses and reads speech, subtitles show speech, screenplays write the rest as
 * parentheticals.
 */
export function spokenPieces(text: string): SpokenPiece[] {
  const pieces: SpokenPiece[] = []
  let from = 0
  let spoken = false
  const said = (until: number) => {
    const speech = text.slice(from, until)
    // What a bracket leaves behind: a mark belongs to the words before it, and is nothing where there are none.
    const words = /[\p{L}\p{N}\p{S}]/u.test(speech)
    if (words || (spoken && speech.trim() !== '')) pieces.push({ kind: 'speech', text: speech })
    spoken ||= words
  }
  for (const found of text.matchAll(BRACKET)) {
    const inside = (found.groups?.['doubled'] ?? found.groups?.['single'] ?? '').trim()
    const seconds = pauseSeconds(inside)
    if (seconds === undefined && !isRemark(inside, found[0].startsWith('['), opensAt(found.index))) continue
    said(found.index)
    pieces.push(seconds === undefined ? { kind: 'remark', text: inside } : { kind: 'pause', text: inside, seconds })
    from = found.index + found[0].length
  }
  said(text.length)
  return pieces

  /**
   * Whether only blanks, and the dash of a dialogue, stand between this place and the beginning of the speech, of a line of it, or of
   * another opening remark.
   */
  function opensAt(index: number): boolean {
    let at = index - 1
    while (at >= from && /[^\S\n]|[—–]/u.test(text[at]!)) at--
    return at < from ? !spoken : text[at] === '\n'
  }
}

/** The words of a spoken text that are said, without remarks and pauses, line breaks kept. */
export function spokenWords(text: string): string {
  const pieces = spokenPieces(text)
  if (pieces.length === 1 && pieces[0]!.kind === 'speech') return text
  let begun = false
  return pieces
    .flatMap((piece) => {
      if (piece.kind !== 'speech') return []
      // «Ну (вздыхает), ладно»: the comma goes to the word before it; «(пауза). Дальше»: the full stop goes.
      const kept = begun ? piece.text : piece.text.replace(/^[\s.,;:!?…]+/u, '')
      begun = true
      return kept
    })
    .join(' ')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ([,.!?…;:](?![\p{L}\p{N}]))/gu, '$1')
    .replace(/ ?\n ?/g, '\n')
    .trim()
}

/** Seconds of the written pauses of a text. */
export const pausesSeconds = (text: string): number =>
  spokenPieces(text).reduce((sum, piece) => sum + (piece.kind === 'pause' ? piece.seconds : 0), 0)
