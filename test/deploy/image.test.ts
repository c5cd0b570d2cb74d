import { existsSync, readFileSync } from 'node:fs'
import { dirname, matchesGlob, relative, resolve } from 'node:path'
import { expect, test } from '@jest/globals'
import { FONTS } from '../../exports/pdf/fonts.ts'

const ROOT = resolve(import.meta.dirname, '../..')

test('the image keeps every font that a PDF is set in, and leaves out the other weights', () => {
  const leftOut = JSON.parse(readFileSync(resolve(ROOT, 'deploy/image/left-out.json'), 'utf8')) as { paths: string[] }[]
  const removed = leftOut.flatMap(({ paths }) => paths.map((glob) => `node_modules/${glob}`))
  // A glob names a folder of a weight, or files.
  const isRemoved = (path: string) =>
    removed.some((glob) => matchesGlob(path, glob) || matchesGlob(dirname(path), glob))
  const used = Object.values(FONTS).flatMap((family) => Object.values(family).map((path) => relative(ROOT, path)))
  expect(used.filter(isRemoved)).toEqual([])
  for (const left of [
    '@expo-google-fonts/nanum-gothic/800ExtraBold/NanumGothic_800ExtraBold.ttf',
    '@embedpdf/fonts-sc/fonts/NotoSansHans-Medium.otf',
    'dejavu-fonts-ttf/ttf/DejaVuSerif.ttf',
  ])
    expect([left, existsSync(resolve(ROOT, 'node_modules', left)), isRemoved(`node_modules/${left}`)]).toEqual([
      left,
      true,
      true,
    ])
})
