import { render } from 'preact'
import { Studio } from './studio.tsx'
import './style.css'

const root = document.getElementById('studio')
if (root) render(<Studio />, root)
