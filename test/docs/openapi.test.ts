import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { CHECKED_IN, openApiText } from './openapi.ts'

test('docs/openapi.json is what the API says of itself (else: npm run docs:openapi)', async () => {
  expect(JSON.parse(await openApiText())).toEqual(JSON.parse(readFileSync(CHECKED_IN, 'utf8')))
})
