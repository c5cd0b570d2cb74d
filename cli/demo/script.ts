import { besides, wrap } from './columns.ts'

/** The fields of a scenario that the demo shows. */
export interface ShownScenario {
  readonly title: string
  readonly kind: string
  readonly platform: string
  readonly language: string
  readonly est_duration_s: number
  readonly target_duration_s: number | null
  readonly is_demo: boolean
  readonly disclosure: string | null
  readonly scenes: readonly {
    readonly heading: string
    readonly beat: string
    readonly rows: readonly {
      readonly visual: string
      readonly audio: readonly {
        readonly speaker: string | null
        readonly type: 'vo' | 'dialog' | 'sfx' | 'music'
        readonly text: string
      }[]
      readonly on_screen_text: string | null
      readonly duration_s: number
    }[]
  }[]
}

const NARROWEST = 50
const WIDEST = 140

/** The finished script as the two columns that film crews use. */
export function renderScript(scenario: ShownScenario, terminalWidth: number): string {
  const width = Math.min(Math.max(terminalWidth, NARROWEST), WIDEST)
  const target = scenario.target_duration_s === null ? '' : ` of ${time(scenario.target_duration_s)} asked for`
  const lines = [
    ...wrap(plain(scenario.title), width),
    [scenario.kind, scenario.platform, scenario.language, `about ${time(scenario.est_duration_s)}${target}`]
      .filter(Boolean)
      .join(' · '),
    ...(scenario.is_demo
      ? ['Written by the demo provider, not by a model: set OPENAI_API_KEY or OPENAI_BASE_URL for a real one.']
      : []),
    ...(scenario.disclosure ? wrap(plain(scenario.disclosure), width) : []),
    '',
    ...besides('VIDEO', 'AUDIO', width),
  ]
  for (const [i, scene] of scenario.scenes.entries()) {
    lines.push('='.repeat(width), ...wrap(`${i + 1}. ${plain(scene.heading)} [${scene.beat}]`, width))
    for (const row of scene.rows) {
      const caption = row.on_screen_text ? `\n[on screen: ${plain(row.on_screen_text)}]` : ''
      const audio = row.audio.map(({ speaker, type, text }) => `${label(speaker, type)}: ${plain(text)}`).join('\n')
      lines.push(
        '-'.repeat(width),
        ...besides(`(${time(row.duration_s)}) ${plain(row.visual)}${caption}`, audio, width),
      )
    }
  }
  return [...lines, '='.repeat(width)].join('\n')
}

const label = (speaker: string | null, type: string) =>
  speaker ? `${plain(speaker)} (${type.toUpperCase()})` : type.toUpperCase()

/** A control character in a model's text could move the cursor or worse. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ').trim()

function time(seconds: number): string {
  if (seconds < 10 && !Number.isInteger(seconds)) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}
