import { randomBytes } from 'node:crypto'
import { Connection } from '@temporalio/client'
import proto from '@temporalio/proto'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { setUpTemporal } from '../../cli/temporal-setup.ts'
import { testServers } from '../support/servers.ts'

const { IndexedValueType } = proto.temporal.api.enums.v1

describe('setting up a Temporal server', () => {
  let connection: Connection
  beforeAll(async () => (connection = await Connection.connect({ address: testServers().temporal })))
  afterAll(() => connection.close())

  const fresh = () => `setup-${randomBytes(4).toString('hex')}`
  const setUp = async (namespace: string) => {
    const said: string[] = []
    await setUpTemporal(connection, { namespace, say: (line) => void said.push(line) })
    return said
  }
  const retentionDays = async (namespace: string) => {
    const { config } = await connection.workflowService.describeNamespace({ namespace })
    return Number(config?.workflowExecutionRetentionTtl?.seconds) / 86_400
  }

  test('a new namespace gets its retention and the search attributes; a second run changes nothing', async () => {
    const namespace = fresh()
    expect(await setUp(namespace)).toEqual([
      `namespace ${namespace}: registered, keeps finished executions for 7 days`,
      'search attributes: added ScenorKind, ScenorOwner, ScenorProvider, ScenorStage, ScenorError',
    ])
    expect(await retentionDays(namespace)).toBe(7)
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
    expect(customAttributes).toMatchObject({
      ScenorKind: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
      ScenorOwner: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    })
    expect(await setUp(namespace)).toEqual([
      `namespace ${namespace}: as it should be`,
      'search attributes: as they should be',
    ])
  })

  test('a namespace with another retention is put right', async () => {
    const namespace = fresh()
    await connection.workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: proto.google.protobuf.Duration.fromObject({ seconds: 86_400 }),
    })
    expect(await setUp(namespace)).toContain(`namespace ${namespace}: keeps finished executions for 7 days now`)
    expect(await retentionDays(namespace)).toBe(7)
  })

  test('a server that is away ends it with an error, after its patience', async () => {
    const away = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 100 })
    await expect(setUpTemporal(away, { namespace: fresh(), say: () => {}, patienceMs: 0 })).rejects.toThrow()
    await away.close()
  })
})
