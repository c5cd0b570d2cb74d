export { createRelayTables as up } from '../../operations/relay-tables.ts'
