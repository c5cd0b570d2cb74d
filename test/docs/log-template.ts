import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { format } from 'prettier'
import { BASE_FIELDS, ERROR_FIELDS, LOG_FIELDS, type FieldType } from '../../telemetry/log-fields.ts'

const FILE = fileURLToPath(new URL('../../deploy/logs/index-template.json', import.meta.url))

const mappingOf = (type: FieldType) => (type === 'keyword' ? { type, ignore_above: 1024 } : { type })

/** Every field that lines have, by its name in the log. */
export const mappedFields = (): Record<string, FieldType> =>
  Object.fromEntries(
    [
      ...Object.entries({ ...BASE_FIELDS, ...ERROR_FIELDS }),
      ...Object.values(LOG_FIELDS).map(({ name, type }) => [name, type] as const),
    ].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

/** The index template for them, of what Elasticsearch and OpenSearch both understand. */
export const indexTemplate = () => ({
  index_patterns: ['logs-scenor-*'],
  data_stream: {},
  priority: 200,
  template: {
    settings: { number_of_shards: 1, 'index.mapping.total_fields.limit': 500 },
    mappings: {
      // A field that nobody planned is kept with its line, and no mapping is in its way.
      dynamic: false,
      properties: Object.fromEntries(Object.entries(mappedFields()).map(([name, type]) => [name, mappingOf(type)])),
    },
  },
})

export const onRecord = (): unknown => JSON.parse(readFileSync(FILE, 'utf8'))

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  if (process.argv.includes('--write'))
    writeFileSync(FILE, await format(JSON.stringify(indexTemplate()), { parser: 'json', printWidth: 120 }))
  else process.stdout.write(`${JSON.stringify(indexTemplate(), null, 2)}\n`)
}
