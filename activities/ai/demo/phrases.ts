import type { Beat, Kind } from '../../../script/script.ts'

/**
 * A row to be: what is said, what is seen, what stands on the screen. Slots: `{thing}` the name of the product, `{about}`
 * «про …» / "about …", `{point}` a sentence of the brief, `{aspect}` a chapter's question. A line whose slot the brief
 * cannot fill is not used.
 */
export type Line = readonly [say: string, see: string, text?: string]

export interface Aspect {
  readonly title: string
  readonly lines: readonly Line[]
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
  readonly beats: Readonly<Record<'problem' | 'solution' | 'proof' | 'demo' | 'offer' | 'outro', readonly Line[]>>
  /** Instead of `beats.demo` for kinds that show something of their own. */
  readonly steps: readonly Line[]
  readonly verdicts: readonly Line[]
  readonly points: readonly Line[]
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
