/** «850 ms», «12.3 s», «4 min 5 s», «3 h 2 min», «2 d 5 h». */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`
  const s = ms / 1_000
  if (s < 60) return `${s.toFixed(1)} s`
  const [min, h, d] = [Math.floor(s / 60), Math.floor(s / 3_600), Math.floor(s / 86_400)]
  if (min < 60) return `${min} min ${Math.floor(s % 60)} s`
  return h < 24 ? `${h} h ${min % 60} min` : `${d} d ${h % 24} h`
}
