// Plain JavaScript, so that jest hands it to Node, which strips the types of what it imports.
export { default } from './global-setup.ts'
