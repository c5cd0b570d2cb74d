import { serveJobs } from './jobs.ts'
import { render } from './render.ts'
import type { RenderWork } from './renderer.ts'

serveJobs(({ format, doc, options }: RenderWork) => render(format, doc, options))
