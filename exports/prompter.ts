import { DEFAULT_LANGUAGE, languageOfTag, type Language } from '../language.ts'
import { spokenWords } from '../script/remarks.ts'
import { isSpoken } from '../script/script.ts'
import { SECONDS_PER_CHARACTER } from '../script/duration.ts'
import type { Exported } from './format.ts'
import { layout, oneLine, printable } from './layout.ts'

const html = (text: string): string =>
  printable(text).replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)

type Word =
  | 'start'
  | 'stop'
  | 'slower'
  | 'faster'
  | 'mirror'
  | 'smaller'
  | 'larger'
  | 'pace'
  | 'measuring'
  | 'unit'
  | 'hint'
  | 'empty'

const WORDS: Record<Language, Record<Word, string>> = {
  ru: {
    start: 'Пуск',
    stop: 'Стоп',
    slower: 'Медленнее',
    faster: 'Быстрее',
    mirror: 'Зеркало',
    smaller: 'Мельче',
    larger: 'Крупнее',
    pace: 'Мой темп',
    measuring: 'Читаю…',
    unit: 'зн/мин',
    hint: 'Пробел: пуск и стоп. ↑ ↓: темп. M: зеркало. + −: размер. P: мерить свой темп: нажмите, прочтите вслух первый абзац на экране, нажмите снова.',
    empty: 'В сценарии нет слов, которые говорят.',
  },
  en: {
    start: 'Start',
    stop: 'Stop',
    slower: 'Slower',
    faster: 'Faster',
    mirror: 'Mirror',
    smaller: 'Smaller',
    larger: 'Larger',
    pace: 'My pace',
    measuring: 'Reading…',
    unit: 'chars/min',
    hint: 'Space: start and stop. ↑ ↓: pace. M: mirror. + −: size. P: measure your own pace: press, read the first paragraph on the screen aloud, press again.',
    empty: 'Nobody says a word in this script.',
  },
}

/** Characters a minute at which a voice reads on average: the pace until a reader has measured their own. */
const PACE = Math.round(60 / SECONDS_PER_CHARACTER)

const STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#000;color:#fff;font-family:Arial,Helvetica,sans-serif}
main{padding:45vh 8vw 90vh;font-size:var(--size,64px);line-height:1.45;overflow-wrap:anywhere}
main.mirror{transform:scaleX(-1)}
p{margin:0 0 .7em;white-space:pre-line}
hr{border:0;border-top:2px solid #444;margin:0 0 .7em}
nav{position:fixed;z-index:1;inset:0 0 auto;display:flex;flex-wrap:wrap;gap:6px;align-items:center;padding:8px;background:#111c;font-size:15px}
nav.away{opacity:0}nav.away:hover,nav.away:focus-within{opacity:1}
button{font:inherit;padding:6px 12px;color:#fff;background:#333;border:1px solid #666;border-radius:4px}
small{color:#aaa;flex-basis:100%}
#line{position:fixed;top:calc(45vh + var(--size,64px)*.725 - 14px);left:0;border:14px solid transparent;border-left-color:#e33}
@media print{body{background:#fff;color:#000}nav,#line{display:none}main{padding:0;font-size:28pt}}
`

/** What the page does. It speaks to nobody, and keeps pace, size and mirror in the browser where it may. */
const SCRIPT = `
const $ = (id) => document.getElementById(id)
const main = document.querySelector('main'), nav = document.querySelector('nav')
const kept = (() => { try { return JSON.parse(localStorage.getItem('prompter')) ?? {} } catch { return {} } })()
let { pace = PACE, size = 64, mirror = false } = kept
let running = false, last = 0, at = 0, measured = null
const characters = Array.from(main.textContent.trim()).length || 1
const show = () => {
  $('pace').textContent = Math.round(pace) + ' ' + T.unit
  document.documentElement.style.setProperty('--size', size + 'px')
  main.classList.toggle('mirror', mirror)
  $('run').textContent = running ? T.stop : T.start
  nav.classList.toggle('away', running)
  try { localStorage.setItem('prompter', JSON.stringify({ pace, size, mirror })) } catch {}
}
const set = (change) => { change(); pace = Math.min(3000, Math.max(100, pace)); size = Math.min(200, Math.max(20, size)); show() }
const textHeight = () => main.scrollHeight - innerHeight * 1.35
const step = (now) => {
  if (!running) return
  at += (textHeight() / characters) * (pace / 60000) * Math.min(250, now - last)
  last = now
  scrollTo(0, at)
  if (at >= document.documentElement.scrollHeight - innerHeight) set(() => { running = false })
  requestAnimationFrame(step)
}
const run = () => { set(() => { running = !running }); at = scrollY; last = performance.now(); if (running) requestAnimationFrame(step) }
const measure = () => {
  if (!measured) {
    const line = innerHeight * 0.2
    const paragraph = [...main.querySelectorAll('p')].find((p) => p.getBoundingClientRect().bottom > line)
    if (!paragraph) return
    measured = { from: performance.now(), characters: Array.from(paragraph.textContent).length }
    $('measure').textContent = T.measuring
  } else {
    const minutes = (performance.now() - measured.from) / 60000
    const { characters: read } = measured
    measured = null
    $('measure').textContent = T.pace
    if (minutes > 0.005) set(() => { pace = read / minutes })
  }
}
const acts = {
  run, measure,
  slower: () => set(() => { pace *= 0.95 }), faster: () => set(() => { pace *= 1.05 }),
  mirror: () => set(() => { mirror = !mirror }),
  smaller: () => set(() => { size *= 0.9 }), larger: () => set(() => { size *= 1.1 }),
}
const keys = { ' ': 'run', ArrowUp: 'faster', ArrowDown: 'slower', m: 'mirror', 'ь': 'mirror', '+': 'larger', '=': 'larger', '-': 'smaller', p: 'measure', 'з': 'measure' }
for (const id of Object.keys(acts)) $(id).addEventListener('click', (event) => { acts[id](); event.currentTarget.blur() })
addEventListener('keydown', (event) => {
  const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  if (!act || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  acts[act]()
})
show()
`

/**
 * A teleprompter as one page that needs no network: the spoken words alone, large, in paragraphs as they are spoken, a line between
 * scenes; it scrolls at the reader's own pace, and can be mirrored for the glass. Texts are text: the policy of the page runs nothing else.
 */
export function toPrompter(doc: Exported): string {
  const t = WORDS[languageOfTag(doc.language) ?? DEFAULT_LANGUAGE]
  const scenes = layout(doc)
    .scenes.map(({ rows }) =>
      rows
        .flatMap(({ row }) => row.audio.filter(isSpoken))
        .map(({ text }) => spokenWords(printable(text)).trim())
        .filter(Boolean)
        .map((text) => `<p>${html(text)}</p>`)
        .join('\n'),
    )
    .filter(Boolean)
  const button = (id: string, label: string) => `<button id="${id}" type="button">${label}</button>`
  const rtl = /^(?:ar|he|fa|ur)(?:[-_]|$)/i.test(doc.language)
  return `<!doctype html>
<html lang="${html(doc.language)}" dir="${rtl ? 'rtl' : 'ltr'}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${html(oneLine(doc.title))}</title>
<style>${STYLE}</style>
<nav>${button('run', t.start)}${button('slower', t.slower)}<span id="pace"></span>${button('faster', t.faster)}${button('measure', t.pace)}${button('mirror', t.mirror)}${button('smaller', t.smaller)}${button('larger', t.larger)}<small>${t.hint}</small></nav>
<div id="line"></div>
<main>
${scenes.join('\n<hr>\n') || `<p>${t.empty}</p>`}
</main>
<script>
const T = ${JSON.stringify(t)}, PACE = ${PACE}
${SCRIPT.trim()}
</script>
</html>
`
}
