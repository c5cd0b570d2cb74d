/**
 * Imported first by every command: one whose reader has left (`| head`) has nothing more to say, and that is no error of it.
 */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  throw error
})
