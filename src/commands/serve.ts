import type { Command } from 'commander'
import { serve } from '../server.js'
import { configOf, withSettings } from './context.js'

/** The service itself. */
export function serveCommand(program: Command): void {
  const serving = ['db', 'host', 'port', 'workers', 'logLevel', 'publicUrl', 'cursorSecret', 'signingKey'] as const
  withSettings(program.command('serve'), ...serving)
    .description('serve the database over HTTP until told to stop')
    .action(async flags => {
      const { address } = await serve(configOf(flags))
      process.stderr.write(`annals listens at ${address}\n`)
    })
}
