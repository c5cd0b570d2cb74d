import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Person, Reply } from '../../support/http.ts'
import { startSystem, type System } from '../../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(() => system.stop())

const ROLES = ['owner', 'editor', 'commenter', 'viewer', 'stranger', 'anonymous'] as const
type Role = (typeof ROLES)[number]

interface Place {
  /** The one who acts; undefined acts without a token. */
  readonly person: Person | undefined
  readonly owner: Person
  readonly id: string
}
type Act = (
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Reply>,
  place: Place,
) => Promise<Reply>

const changed = { title: 'Изменено', content: 'Три.' }
const comment = async ({ owner, id }: Place) =>
  (await owner.post(`/scenarios/${id}/comments`, { body: 'Владелец' })).body
const etag = async ({ owner, id }: Place) => (await owner.get(`/scenarios/${id}`)).headers.get('etag') ?? ''

/** Every action on a scenario, and the status that each role gets, in the order of ROLES. */
const MATRIX: readonly [action: string, act: Act, expected: readonly number[]][] = [
  ['read', (call, { id }) => call('GET', `/scenarios/${id}`), [200, 200, 200, 200, 404, 401]],
  ['read the versions', (call, { id }) => call('GET', `/scenarios/${id}/versions`), [200, 200, 200, 200, 404, 401]],
  ['read one version', (call, { id }) => call('GET', `/scenarios/${id}/versions/1`), [200, 200, 200, 200, 404, 401]],
  ['export', (call, { id }) => call('GET', `/scenarios/${id}/export?format=txt`), [200, 200, 200, 200, 404, 401]],
  ['read comments', (call, { id }) => call('GET', `/scenarios/${id}/comments`), [200, 200, 200, 200, 404, 401]],
  [
    'comment',
    (call, { id }) => call('POST', `/scenarios/${id}/comments`, { body: 'Да' }),
    [201, 201, 201, 403, 404, 401],
  ],
  [
    'resolve a comment of another',
    async (call, place) => call('PUT', `/comments/${(await comment(place)).id}`, { resolved: true }),
    [200, 200, 403, 403, 404, 401],
  ],
  [
    'delete a comment of another',
    async (call, place) => call('DELETE', `/comments/${(await comment(place)).id}`),
    [204, 403, 403, 403, 404, 401],
  ],
  [
    'edit',
    async (call, place) => call('PUT', `/scenarios/${place.id}`, changed, { 'if-match': await etag(place) }),
    [200, 200, 403, 403, 404, 401],
  ],
  [
    'restore a version',
    (call, { id }) => call('POST', `/scenarios/${id}/versions/1/restore`),
    [200, 200, 403, 403, 404, 401],
  ],
  [
    'generate onto it',
    (call, { id }) => call('POST', '/ai/generate', { brief: 'Ролик о термосе на сутки', scenario_id: id }),
    [202, 202, 403, 403, 422, 401],
  ],
  [
    'have a scene written anew',
    async (call, { owner, id }) => {
      const { version, scenes } = (await owner.get(`/scenarios/${id}`)).body
      const order = { scenario_id: id, scene_id: scenes[0].id, base_version: version, note: 'Короче' }
      return call('POST', '/ai/generate/scene', order)
    },
    [202, 202, 403, 403, 422, 401],
  ],
  [
    'ask for titles of it',
    (call, { id }) => call('POST', '/ai/generate/title', { scenario_id: id }),
    [200, 200, 200, 200, 422, 401],
  ],
  [
    'edit the words of another',
    async (call, place) => call('PUT', `/comments/${(await comment(place)).id}`, { body: 'Иначе' }),
    [200, 403, 403, 403, 404, 401],
  ],
  [
    'bring it back',
    async (call, place) => {
      await place.owner.delete(`/scenarios/${place.id}`, { headers: { 'if-match': await etag(place) } })
      return call('POST', `/scenarios/${place.id}/restore`)
    },
    [200, 404, 404, 404, 404, 401],
  ],
  [
    'take its JSON as a new one',
    async (call, { owner, id }) => {
      const { text } = await owner.get(`/scenarios/${id}/export?format=json`)
      return call('POST', '/scenarios/import', JSON.parse(text))
    },
    [201, 201, 201, 201, 201, 401],
  ],
  ['see the shares', (call, { id }) => call('GET', `/scenarios/${id}/shares`), [200, 200, 403, 403, 404, 401]],
  [
    'share',
    (call, { id }) => call('POST', `/scenarios/${id}/share`, { email: 'friend@example.test', role: 'viewer' }),
    [201, 403, 403, 403, 404, 401],
  ],
  [
    'make a link',
    (call, { id }) => call('POST', `/scenarios/${id}/share`, { link: true, role: 'viewer' }),
    [201, 403, 403, 403, 404, 401],
  ],
  [
    'revoke',
    async (call, { owner, id }) => {
      const { body } = await owner.post(`/scenarios/${id}/share`, { link: true, role: 'viewer' })
      return call('DELETE', `/scenarios/${id}/shares/${body.id}`)
    },
    [204, 403, 403, 403, 404, 401],
  ],
  [
    'delete',
    async (call, place) => call('DELETE', `/scenarios/${place.id}`, undefined, { 'if-match': await etag(place) }),
    [204, 403, 403, 403, 404, 401],
  ],
]

const people = new Map<Role, Person>()
/** A scenario of its own for each cell: actions change it. */
async function placeOf(role: Role): Promise<Place> {
  const person = async (r: Role) => {
    const known = people.get(r) ?? (await system.api.register())
    people.set(r, known)
    return known
  }
  const owner = await person('owner')
  const { id } = (await owner.post('/scenarios', { title: 'Общий', content: 'Раз.\n\nДва.' })).body
  const who = role === 'anonymous' ? undefined : await person(role)
  if (who && (role === 'editor' || role === 'commenter' || role === 'viewer'))
    expect((await owner.post(`/scenarios/${id}/share`, { user_id: who.id, role })).status).toBe(201)
  return { person: who, owner, id }
}

test.each(MATRIX)('who may %s', async (_, act, expected) => {
  const got: Record<string, number> = {}
  for (const role of ROLES) {
    const place = await placeOf(role)
    const reply = await act(
      (method, path, body, headers = {}) =>
        system.api.call(method, path, { token: place.person?.token, body, headers }),
      place,
    )
    got[role] = reply.status
  }
  expect(got).toEqual(Object.fromEntries(ROLES.map((role, n) => [role, expected[n]])))
})
