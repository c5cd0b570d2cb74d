import { printable } from '../layout.ts'
import type { Piece } from '../../script/diff/words.ts'
import type { Block, Line, Redline } from './redline.ts'
import { escaped } from '../../network/html.ts'

const STYLE = `
:root { color-scheme: light }
body { font: 16px/1.5 system-ui, sans-serif; color: #111; background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2rem 0 .25rem; break-after: avoid }
p { margin: .25rem 0 } .quiet, .change { color: #555; font-size: .85rem } .change { font-weight: 600 }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
.row { border-left: 3px solid #ccc; padding-left: .75rem; margin: .75rem 0 }
.changed { border-color: #b8860b } .added { border-color: #176b2c } .removed { border-color: #a11 } .moved { border-color: #1a56a0 }
del { color: #a11; text-decoration: line-through } ins { color: #176b2c; text-decoration: underline }
.demo { border: 2px solid #111; padding: .5rem; font-weight: 600 }
@page { size: A4; margin: 18mm 16mm }
@media print { body { max-width: none; margin: 0; padding: 0; font-size: 11pt } .row { break-inside: avoid-page } }
`

const shown = (text: string): string => escaped(printable(text))
const TAGS = { same: '', removed: 'del', added: 'ins' } as const
const piece = ({ op, text }: Piece): string => (TAGS[op] ? `<${TAGS[op]}>${shown(text)}</${TAGS[op]}>` : shown(text))

/** Between a value that went and one that came there is no space of the text's own. */
const line = ({ label, pieces }: Line): string =>
  pieces.length === 0
    ? `<p class="quiet">${shown(label)}</p>`
    : `<p class="text"><span class="quiet">${shown(label)}:</span> ${pieces.map(piece).join(touching(pieces) ? ' ' : '')}</p>`
const touching = (pieces: readonly Piece[]) =>
  pieces.length === 2 && pieces[0]!.op === 'removed' && pieces[1]!.op === 'added'
const change = ({ change }: Block): string => (change ? `<p class="change">${shown(change)}</p>` : '')

/** A page of its own: one column, what went struck, what came underlined; it loads nothing and prints as it is. */
export function toRedlineHtml(doc: Redline): string {
  const scenes = doc.scenes.map(
    (scene) => `<section>
<h2>${shown(scene.number)}${scene.heading.length > 0 ? `. ${scene.heading.map(piece).join('')}` : ''}</h2>
${change(scene)}${scene.lines.map(line).join('\n')}
${scene.rows.map((row) => `<div class="row ${row.kind}">\n${change(row)}${row.lines.map(line).join('\n')}\n</div>`).join('\n')}
</section>`,
  )
  return `<!doctype html>
<html lang="${doc.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${shown(`${doc.name} — ${doc.title}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${shown(doc.name)}</h1>
<p>${shown(doc.title)}</p>
${doc.demo ? `<p class="demo">${shown(doc.demo)}</p>` : ''}
<p class="quiet"><del>${shown(doc.legend.removed)}</del> · <ins>${shown(doc.legend.added)}</ins></p>
</header>
${doc.nothing ? `<p>${shown(doc.nothing)}</p>` : ''}
${doc.lines.map(line).join('\n')}
${scenes.join('\n')}
</body>
</html>
`
}
