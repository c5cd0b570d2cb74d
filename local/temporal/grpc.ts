import { connect } from 'node:http2'

/**
 * One unary gRPC call over plain HTTP/2; gives the answer's message, null when it did not succeed. The supervisor needs no more than a
 * health check, and the whole client with its protocol definitions would cost it 60 MB.
 */
function callUnary(address: string, path: string, message: Uint8Array, withinMs: number): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}`)
    const limit = setTimeout(() => finish(null), withinMs)
    let status: string | undefined
    const chunks: Buffer[] = []
    const finish = (answer: Buffer | null) => {
      clearTimeout(limit)
      session.destroy()
      resolve(answer)
    }
    session.on('error', () => finish(null))
    const call = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    call.on('error', () => finish(null))
    const readStatus = (headers: Record<string, unknown>) =>
      (status = headers['grpc-status'] === undefined ? status : String(headers['grpc-status']))
    call.on('response', readStatus)
    call.on('trailers', readStatus)
    call.on('data', (chunk: Buffer) => chunks.push(chunk))
    // The answer is framed like the question: one byte for compression, four for the length.
    call.on('end', () => finish(status === '0' ? Buffer.concat(chunks).subarray(5) : null))
    const frame = Buffer.alloc(5 + message.length)
    frame.writeUInt32BE(message.length, 1)
    frame.set(message, 5)
    call.end(frame)
  })
}

/** Does the server say of that service that it serves? (grpc.health.v1) */
export async function isServing(address: string, service: string, withinMs = 1_000): Promise<boolean> {
  // HealthCheckRequest { string service = 1 }, HealthCheckResponse { ServingStatus status = 1 }, SERVING = 1.
  const request = Buffer.concat([Buffer.from([0x0a, service.length]), Buffer.from(service)])
  const answer = await callUnary(address, '/grpc.health.v1.Health/Check', request, withinMs)
  return answer !== null && answer.length >= 2 && answer[0] === 0x08 && answer[1] === 1
}
