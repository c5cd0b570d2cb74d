import { default as exported } from '@jest/test-sequencer'

// A CommonJS module: seen from an ES module, its default export lies one deeper.
const Sequencer = exported.default ?? exported

/** Their tests wait for servers and processes, half a minute and more: one that began last would keep a whole run waiting. */
const LONG = /\/test\/(e2e|events|workflows|cli|local|replay|gateway|monitoring|client|deploy)\//

/** jest's own order (failed, slow, big files first), but what waits long before what does not, also where no run was timed yet. */
export default class extends Sequencer {
  async sort(tests) {
    const { long = [], short = [] } = Object.groupBy(await super.sort(tests), ({ path }) =>
      LONG.test(path) ? 'long' : 'short',
    )
    return [...long, ...short]
  }
}
