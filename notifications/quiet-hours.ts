import type { QuietHours } from '../db/notifications/schema.ts'

/** When the daily digest goes out, in the person's zone. */
const DIGEST_AT = 9 * 60
const MINUTE_MS = 60_000
const DAY_MIN = 24 * 60

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** Minutes since midnight that a clock in the zone shows. */
function localMinutes(moment: Date, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
    .formatToParts(moment)
    .reduce<Record<string, string>>((all, { type, value }) => ({ ...all, [type]: value }), {})
  return Number(parts['hour']) * 60 + Number(parts['minute'])
}

/** The next moment, not before `from`, at which a clock in the zone shows these minutes. */
function nextLocal(from: Date, minutes: number, timezone: string): Date {
  // On the minute, then forward by what the clock lacks; a change to or from summer time on the way is corrected by looking again.
  let moment = new Date(Math.ceil(from.getTime() / MINUTE_MS) * MINUTE_MS)
  for (let round = 0; round < 3; round++) {
    const lacks = (minutes - localMinutes(moment, timezone) + DAY_MIN) % DAY_MIN
    if (lacks === 0) return moment
    // Past it by a shift of the clock: nearer back than forward.
    const step = round > 0 && lacks > DAY_MIN / 2 ? lacks - DAY_MIN : lacks
    moment = new Date(moment.getTime() + step * MINUTE_MS)
  }
  return moment
}

/** When the quiet hours that hold at this moment end, or undefined outside of them. The window may go over midnight. */
export function quietUntil(moment: Date, { start, end, timezone }: QuietHours): Date | undefined {
  const [from, to, at] = [minutesOf(start), minutesOf(end), localMinutes(moment, timezone)]
  const quiet = from < to ? at >= from && at < to : at >= from || at < to
  return quiet ? nextLocal(moment, to, timezone) : undefined
}

export const nextDigest = (moment: Date, timezone: string): Date => nextLocal(moment, DIGEST_AT, timezone)

export function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
