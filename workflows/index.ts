export { generation } from './generation.ts'
export { registration } from './registration.ts'
