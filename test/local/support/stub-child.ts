/** Stands in for the API and the workers where only their being processes matters: serves at once, ends on SIGTERM. */
if (process.argv[2] === 'broken') {
  console.log('the stub is broken')
  process.exit(7)
}
process.on('SIGTERM', () => process.exit(0))
console.log(
  JSON.stringify({ 'log.level': 'warn', message: `stub sees a database: ${Boolean(process.env['DATABASE_URL'])}` }),
)
console.log(JSON.stringify({ 'log.level': 'warn', message: `stub may be used from ${process.env['CORS_ORIGINS']}` }))
process.send?.({ type: 'ready' })
setInterval(() => {}, 60_000)
