import { serveJobs } from '../jobs.ts'
import { compare, type CompareWork } from './compare.ts'

serveJobs((work: CompareWork) => Buffer.from(compare(work)))
