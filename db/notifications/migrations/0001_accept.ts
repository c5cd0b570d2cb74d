export { createAcceptTables as up } from '../../operations/tables.ts'
