export { addTraceColumn as up } from '../../operations/trace-columns.ts'
