import { w } from './words.ts'

/** Briefs to begin with, or to learn from what a brief says. */
export const Examples = ({ take }: { take: (text: string) => void }) => (
  <div class="row" role="group" aria-label={w.examples}>
    <small>{w.examples}:</small>
    {([1, 2, 3] as const).map((n) => (
      <button key={n} type="button" class="plain" onClick={() => take(w[`example${n}Text`])}>
        {w[`example${n}`]}
      </button>
    ))}
  </div>
)
