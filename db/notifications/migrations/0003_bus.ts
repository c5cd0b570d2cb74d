export { createBusTables as up } from '../../bus/tables.ts'
