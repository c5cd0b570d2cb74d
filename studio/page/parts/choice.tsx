import type { ComponentChildren } from 'preact'
import './choice.css'

/** Sides that stand beside each other, of which one is taken. */
export function Choice<Side extends string>(props: {
  name: string
  legend: string
  sides: readonly { readonly side: Side; readonly label: string; readonly text: ComponentChildren }[]
  chosen: Side
  choose: (side: Side) => void
}) {
  const { name, legend, sides, chosen, choose } = props
  return (
    <fieldset class="choosing">
      <legend>{legend}</legend>
      <div class="beside">
        {sides.map(({ side, label, text }) => (
          <label key={side} class="choice">
            <span class="row">
              <input type="radio" name={name} checked={chosen === side} onChange={() => choose(side)} />
              {label}
            </span>
            <span class="text">{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
