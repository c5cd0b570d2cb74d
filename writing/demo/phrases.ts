import type { Beat, Kind } from '../../script/script.ts'
import type { Matter } from './matter.ts'

/**
 * A row to be: what is said, what is seen, what stands on the screen. Slots: `{thing}` the name of the product, `{about}`
 * «про …» / "about …", `{point}` a sentence of the brief, `{aspect}` a chapter's question, `{shot}` what the brief wants
 * seen. A line whose slot the brief cannot fill is not used.
 */
export type Line = readonly [say: string, see: string, text?: string]

interface Aspect {
  readonly title: string
  /** About choosing: for reviews. */
  readonly choosing?: true
  readonly lines: readonly Line[]
}

/** Lines that only fit one kind of matter. */
export interface MatterPhrases extends Readonly<
  Record<'hooks' | 'problem' | 'solution' | 'proof' | 'demo' | 'offer', readonly Line[]>
> {
  /** After the name of the product, in small letters. */
  readonly title: string
  /** Of an advertisement that names none. */
  readonly cta: string
}

/** Everything that the demo provider can say in one language. */
export interface Phrases {
  readonly narrator: string
  readonly presenter: string
  readonly music: string
  readonly headings: Readonly<Record<Beat, string>>
  readonly titles: Readonly<Record<Kind, string>>
  readonly description: string
  readonly audience: string
  readonly tone: readonly string[]
  readonly hooks: Readonly<Record<Kind, readonly Line[]>>
  /** Said before what fits any matter, in films that sell something. */
  readonly matters: Readonly<Record<Matter, MatterPhrases>>
  readonly beats: Readonly<Record<'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'outro', readonly Line[]>>
  /** Instead of `beats` for films that sell nothing: lessons, reviews, explanations and the like. */
  readonly knowledge: Readonly<Record<'problem' | 'solution' | 'proof', readonly Line[]>>
  /** The same for reviews, which teach nothing. */
  readonly reviewing: Readonly<Record<'problem' | 'solution' | 'proof', readonly Line[]>>
  /** For films of no kind: an invitation, a greeting, a call to a meeting. */
  readonly neutral: Readonly<Record<'solution' | 'proof', readonly Line[]>>
  /** For a farewell, a thank-you, an anniversary: few words. */
  readonly quiet: Readonly<Record<'solution' | 'proof' | 'outro', readonly Line[]>> & { readonly cta: string }
  /** The call of a film that instructs. */
  readonly instructionCta: string
  /** Instead of `beats.demo` for kinds that show something of their own. */
  readonly steps: readonly Line[]
  readonly verdicts: readonly Line[]
  readonly points: readonly Line[]
  /** How a picture that the brief asks for stands in the left column. */
  readonly shot: string
  readonly includes: readonly Line[]
  readonly aspects: readonly Aspect[]
  /** With `{aspect}`, for long scripts. */
  readonly chapter: readonly Line[]
  readonly ctas: Readonly<Record<Kind, string>>
  readonly ctaVisuals: readonly string[]
  readonly holds: readonly string[]
  /** Said with a call to action that is too long to be spoken. */
  readonly shortCta: string
}
