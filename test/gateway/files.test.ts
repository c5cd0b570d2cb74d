import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
import { GATEWAY_FOLDER, gatewayFiles } from '../../cli/gateway.ts'
import { buckets, gatewayTable } from '../../cli/gateway/table.ts'
import { CHECKED_IN } from '../docs/openapi.ts'

test.each(Object.entries(gatewayFiles()))(
  'deploy/gateway/%s is what the routes make it (else: npm run docs:gateway -- --write)',
  (name, text) => expect(readFileSync(`${GATEWAY_FOLDER}${name}`, 'utf8')).toBe(text),
)

const paths = gatewayTable()
const openapi = JSON.parse(readFileSync(CHECKED_IN, 'utf8')) as { paths: Record<string, object> }

test('every path that the API describes is let in, with its methods, and no other but the files of /docs and the studio', () => {
  const described = Object.entries(openapi.paths).map(([path, item]) => [
    path,
    Object.keys(item)
      .filter((method) => /^(get|post|put|delete)$/.test(method))
      .map((method) => method.toUpperCase())
      .toSorted(),
  ])
  const files = paths.filter(({ path }) => !/^\/(?:docs\/|studio|$)/.test(path))
  const table = files.map(({ path, methods }) => [path, methods.toSorted()])
  expect(table.toSorted()).toEqual(described.toSorted())
})

test('nothing internal is among them', () =>
  expect(paths.map(({ path }) => path).filter((path) => /internal|metrics|codec|^\/verify$|^\/dev/.test(path))).toEqual(
    [],
  ))

test('no bucket is stricter than what the API counts', () => {
  const { comments_person: comments, archives_person: archives } = Object.fromEntries(
    buckets(paths, 1).map((bucket) => [bucket.name, bucket]),
  )
  expect(comments).toMatchObject({ by: 'person', perMinute: 30, burst: 60 })
  // Ten a day is slower than NGINX can count.
  expect(archives).toMatchObject({ by: 'person', perMinute: 1, burst: 20 })
})
