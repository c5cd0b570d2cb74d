import { expect, test } from '@jest/globals'
import { createProgress } from '../../cli/import/progress.ts'

function onScreen(isTTY: boolean) {
  const said: string[] = []
  let now = 0
  const progress = createProgress(
    { isTTY, write: (text) => void said.push(text.replaceAll('\r\x1b[2K', '')) },
    () => now,
  )
  return { said, progress, later: () => (now += 1_000) }
}

test('a terminal is shown how far each table is, at most every fifth of a second and at the end', () => {
  const { said, progress, later } = onScreen(true)
  progress.bar('scenarios', 250, 1_000)
  progress.bar('scenarios', 260, 1_000)
  later()
  progress.bar('scenarios', 500, 1_000)
  progress.bar('scenarios', 1_000, 1_000)
  progress.end()
  expect(said).toEqual([
    'scenarios  [######..................]  25 %  250 of 1,000',
    'scenarios  [############............]  50 %  500 of 1,000',
    'scenarios  [########################] 100 %  1,000 of 1,000',
    '',
  ])
})

test('a file or a pipe is shown nothing', () => {
  const { said, progress } = onScreen(false)
  progress.count('users', 1_000)
  progress.bar('users', 1, 1)
  progress.end()
  expect(said).toEqual([])
})
