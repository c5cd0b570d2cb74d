export default () => globalThis.stopServers?.()
