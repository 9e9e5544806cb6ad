import { readFileSync } from 'node:fs'
import Fastify from 'fastify'

/** The ceiling: a plain route that returns the bytes of a file from memory, as fast as this framework can. */
const body = readFileSync(process.argv[2]!)
const app = Fastify()
app.get('/', (_request, reply) => reply.type('application/json; charset=utf-8').send(body))
const address = await app.listen({ host: '127.0.0.1', port: 0 })
process.stderr.write(`listens at ${address}\n`)
