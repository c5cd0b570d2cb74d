const ROWS = 2_000
const line = 'Раз два три четыре пять. '

/** Good bodies about as large as their routes take, by route. */
export const LARGEST: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'post /scenarios': scenarios(),
  'put /scenarios/{id}': scenarios(),
  'post /scenarios/import': scenarios(),
}

function scenarios(): Record<string, unknown> {
  const row = (audio: object[]) => ({ visual: line, audio, duration_s: 3 })
  const scenes = (each: (i: number) => object) =>
    Array.from({ length: 100 }, (_, s) => ({
      heading: `Сцена ${s}`,
      beat: 'free',
      rows: Array.from({ length: ROWS / 100 }, (_, r) => each(s * 20 + r)),
    }))
  return {
    'the largest script, a line a row': { title: 'a', scenes: scenes((i) => row([{ text: line.repeat(6) + i }])) },
    'the largest script, three lines a row': {
      title: 'b',
      scenes: scenes((i) => row([0, 1, 2].map((n) => ({ text: line + line + i + n })))),
    },
    'one long line': { title: 'c', scenes: [{ rows: [row([{ text: line.repeat(7_900) }])] }] },
  }
}
