import { randomUUID } from 'node:crypto'
import { serve } from './serve.ts'
import { createSteps } from './steps.ts'

/** No durability at all: a request asks the model, inserts the row, answers. What dies in between is lost. */
const steps = createSteps()
serve(async (request, response) => {
  let prompt = ''
  for await (const chunk of request.setEncoding('utf8')) prompt += chunk
  await steps.insertRow({ id: randomUUID(), script: await steps.askModel(prompt) })
  response.writeHead(201).end()
})
