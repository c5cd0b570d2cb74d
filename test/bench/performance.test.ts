import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { drawBars } from '../../bench/bars.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const text = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8')
const isBench = (name: string) => existsSync(join(ROOT, 'bench', `${name}.ts`))

test('every table of docs/performance.md is of a bench that there is, and has its end', () => {
  const places = [...text.matchAll(/<!-- bench (\S+) (\S+?)(?: rivals)? -->([^]*?)<!-- (\w+)/g)]
  expect(places.length).toBe(text.split('<!-- bench').length - 1)
  expect(places.filter(([, name = '', , , next]) => !isBench(name) || next !== 'end')).toEqual([])
})

test('docs/performance.md tells how each of its tables is measured again', () => {
  const commands = [...text.matchAll(/^\| (`npm run bench.*`)/gm)].map(([, command]) => command!).join('\n')
  const measured = new Set([...text.matchAll(/<!-- bench (\S+)/g)].map(([, name]) => name!))
  expect([...measured].filter((name) => !new RegExp(`\\b${name}\\b`).test(commands))).toEqual([])
})

test('a bar is as long as its parts are together, and names are text', () => {
  const bars = [
    { name: 'ours & others', parts: [30, 20] },
    { name: 'bare', parts: [25] },
  ]
  const svg = drawBars({ title: 'CPU', unit: 's', parts: ['own', 'engine'], bars, limit: 100 })
  const widths = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="16"/g)].map(([, x, width]) => [
    Number(x),
    Number(width),
  ])
  const [[first = 0, own = 0] = [], [second, engine = 0] = [], [third, bare = 0] = []] = widths
  expect(second).toBeCloseTo(first + own, 0)
  expect(third).toBe(first)
  expect((own + engine) / bare).toBeCloseTo(2, 1)
  expect(svg).toContain('ours &amp; others')
  expect(svg).not.toContain('NaN')
})
