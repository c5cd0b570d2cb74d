import type { ScenarioRow } from '../../db/scenarios/schema.ts'
import { audioParts, layout, lengthsOf, printable, span, type LaidRow, type LaidScene } from '../../exports/layout.ts'
import type { Labels } from '../../exports/labels.ts'
import { CONTENT_FIELDS, pick } from '../../script/fields.ts'
import type { Answer } from '../http/route.ts'
import { escaped } from '../../network/html.ts'
import { pageAnswer } from './page.ts'

const shown = (text: string): string => escaped(printable(text))
const line = (text: string): string => `<p class="text">${shown(text)}</p>`

function rowOf(laid: LaidRow, labels: Labels): string {
  const { row, shot } = laid
  const sound = row.audio.map((audio) => {
    const { who, said } = audioParts(audio, labels)
    return `<p class="text"><b>${shown(who)}:</b> ${shown(said)}</p>`
  })
  const onScreen = row.on_screen_text ? [line(`${labels.onScreen}: ${row.on_screen_text}`)] : []
  return `<tr>
<td class="quiet time">${shown(shot)} · ${shown(span(laid, labels))}<br>${shown(lengthsOf(laid, labels).join(', '))}</td>
<td>${[line(row.visual), ...onScreen].join('')}</td>
<td>${sound.join('')}</td>
</tr>`
}

function sceneOf({ scene, n, heading, rows }: LaidScene, labels: Labels): string {
  const head = `<thead><tr>${[labels.time, labels.picture, labels.sound]
    .map((name, i) => `<th scope="col"${i === 0 ? ' class="time"' : ''}>${shown(name)}</th>`)
    .join('')}</tr></thead>`
  const body = rows.map((row) => rowOf(row, labels)).join('\n')
  return `<section>
<h2>${n}. ${shown(heading)} <span class="quiet">${shown(labels.beat[scene.beat])}</span></h2>
${rows.length > 0 ? `<table class="rows">${head}<tbody>\n${body}\n</tbody></table>` : `<p class="quiet">${shown(labels.noRows)}</p>`}
</section>`
}

/** A script to be read in a browser, in its own language. Without the name of whose it is: a link says no more than its script. */
export function scriptPage(row: ScenarioRow): Answer {
  const doc = {
    ...pick(row, CONTENT_FIELDS),
    source: row.source,
    is_demo: row.is_demo,
    author: null,
    version: row.version,
    updated_at: row.updated_at.toISOString(),
    reading_ms_per_char: row.reading_ms_per_char,
  }
  const { labels, scenes, facts, about } = layout(doc)
  const main = `<h1>${shown(row.title)}</h1>
<p class="quiet">${shown(facts.join(' · '))}</p>
${row.is_demo ? `<p class="demo">${shown(labels.demo)}</p>` : ''}
${row.description ? line(row.description) : ''}
${about.length > 0 ? `<dl>${about.map(({ label, value }) => `<dt>${shown(label)}</dt><dd>${shown(value)}</dd>`).join('')}</dl>` : ''}
${scenes.length > 0 ? scenes.map((scene) => sceneOf(scene, labels)).join('\n') : `<p>${shown(labels.empty)}</p>`}`
  return pageAnswer(200, { language: row.language, title: printable(row.title), main })
}
