/**
 * Which way imports may run, made from test/house/layers.json: down, never up or to a neighbour of the same layer, and in no circle.
 * Imports of types count as well. eslint.config.mjs is made from the same list and says it while one types.
 */
import layers from './test/house/layers.json' with { type: 'json' }

const SERVICES = 'auth|users|scenarios|ai|notifications'
const pathOf = (room) => (room.includes('.') ? `^${RegExp.escape(room)}$` : `^${room}/`)
const rooms = layers.flatMap(({ rooms, never = [] }, layer) => rooms.map((room) => ({ room, layer, never })))
/** Files that stand in a lower layer than the rest of their folder. */
const exceptions = rooms.filter(({ room }) => room.includes('/'))
const outOf = (room, level) =>
  exceptions.filter((e) => e.room.startsWith(`${room}/`) && e.layer < level).map((e) => pathOf(e.room))

/** Lower rooms, one's own, and single files of the same layer; bench uses the servers of tests, and tests measure as bench does. */
const isOpenTo = (from) => (to) =>
  to.layer < from.layer ||
  to.room === from.room ||
  (to.layer === from.layer && (to.room.includes('.') || from.room === 'bench' || from.room === 'test'))

const downwards = rooms.map((from) => {
  const { room, layer, never } = from
  const open = rooms.filter(isOpenTo(from)).filter((other) => !never.includes(other.room))
  return {
    name: `${room} imports only what lies below it`,
    severity: 'error',
    from: { path: pathOf(room), pathNot: outOf(room, layer) },
    to: {
      pathNot: ['node_modules', ...open.map((other) => pathOf(other.room))],
      dependencyTypesNot: ['core', 'npm', 'npm-dev', 'npm-no-pkg'],
    },
  }
})

export default {
  forbidden: [
    { name: 'no circles', severity: 'error', from: {}, to: { circular: true } },
    ...downwards,
    {
      name: 'a service keeps to its own database',
      severity: 'error',
      from: { path: `^(?:activities|db)/(${SERVICES})/` },
      to: { path: `^db/(?:${SERVICES})/`, pathNot: '^db/$1/' },
    },
    {
      name: 'workflows import contracts and types alone',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { path: '^(?!node_modules|workflows/|contracts/)', dependencyTypesNot: ['type-only', 'npm', 'core'] },
    },
    { name: 'what is imported is there', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What is built; programs of other engines and of users of the client, whose packages are installed apart.
    exclude: { path: '^(?:(?:client|studio)/dist/|bench/rivals/|test/client/runtime-program)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
      extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
}
