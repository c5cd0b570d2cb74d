import type { Beat, Kind } from '../script/script.ts'

type Spoken = Exclude<Beat, 'cta' | 'free'>

export interface Plan {
  /** Beats in order with their part of the time that the call to action leaves; the parts of a plan add up to 1. */
  readonly beats: readonly (readonly [beat: Spoken, share: number])[]
  /** Where the brief's own sentences go first, and where chapters of long scripts are put. */
  readonly main: Spoken
  /** A person speaks in the picture, not a voice from outside. */
  readonly presenter: boolean
}

export const PLANS: Readonly<Record<Kind, Plan>> = {
  ad: {
    beats: [
      ['hook', 0.14],
      ['problem', 0.22],
      ['solution', 0.34],
      ['proof', 0.16],
      ['offer', 0.14],
    ],
    main: 'solution',
    presenter: false,
  },
  integration: {
    beats: [
      ['hook', 0.14],
      ['problem', 0.2],
      ['solution', 0.3],
      ['demo', 0.22],
      ['offer', 0.14],
    ],
    main: 'solution',
    presenter: true,
  },
  tutorial: {
    beats: [
      ['hook', 0.1],
      ['problem', 0.1],
      ['solution', 0.2],
      ['demo', 0.5],
      ['outro', 0.1],
    ],
    main: 'demo',
    presenter: true,
  },
  short: {
    beats: [
      ['hook', 0.2],
      ['problem', 0.22],
      ['solution', 0.4],
      ['proof', 0.18],
    ],
    main: 'solution',
    presenter: false,
  },
  review: {
    beats: [
      ['hook', 0.1],
      ['problem', 0.14],
      ['demo', 0.42],
      ['proof', 0.24],
      ['outro', 0.1],
    ],
    main: 'demo',
    presenter: true,
  },
  explainer: {
    beats: [
      ['hook', 0.12],
      ['problem', 0.2],
      ['solution', 0.38],
      ['proof', 0.2],
      ['outro', 0.1],
    ],
    main: 'solution',
    presenter: false,
  },
  other: {
    beats: [
      ['hook', 0.16],
      ['solution', 0.54],
      ['proof', 0.2],
      ['outro', 0.1],
    ],
    main: 'solution',
    presenter: false,
  },
}
