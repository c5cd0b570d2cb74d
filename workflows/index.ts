export { generation } from './generation.ts'
export { mail } from './mail.ts'
export { registration } from './registration.ts'
export { sharing } from './sharing.ts'
