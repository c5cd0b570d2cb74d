import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../..', import.meta.url))
const markdown = ['', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)
/** As the headings' anchors are made on GitHub, for the plain headings that we have. */
const anchors = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} -]/gu, '')
      .replaceAll(' ', '-'),
  )

test.each(markdown)('%s links only to what is there', (file) => {
  const text = readFileSync(join(root, file), 'utf8')
  const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)\s]+)?\)/g)]
  const broken = links
    .filter(([, path = '', anchor]) => {
      const target = path === '' ? join(root, file) : join(root, dirname(file), path)
      if (!existsSync(target)) return true
      return anchor !== undefined && !anchors(readFileSync(target, 'utf8')).includes(anchor.slice(1))
    })
    .map(([link]) => link)
  expect(broken).toEqual([])
})

test.each(markdown)('%s names only source files that are there', (file) => {
  const text = readFileSync(join(root, file), 'utf8')
  // Whole paths with a folder, but for the labels of links (checked above); patterns and placeholders (<name>, *, 000N) are no files.
  const names = [...text.matchAll(/(?<![\w/<*[-])((?:[\w.-]+\/)+[\w.-]+\.(?:ts|mjs|json|yaml|sh|yml))(?![\w>*])/g)]
    .map(([, name = '']) => name)
    .filter((name) => !name.includes('000N') && !name.startsWith('.data') && !name.startsWith('../'))
  const missing = [...new Set(names)].filter((name) => !existsSync(join(root, name)))
  expect(missing).toEqual([])
})
