import type { FastifyInstance, InjectOptions } from 'fastify'
import { checkpointsFile, openCheckpoints, openSigningKey, signingKeyFile } from '../../src/actions/checkpoint.js'
import { openLocalWriter, type Writer } from '../../src/actions/writer.js'
import { buildApp } from '../../src/app.js'
import { makeKey, ROLES, type Role } from '../../src/domain/keys.js'
import { cursorKey } from '../../src/http/cursor.js'
import { openBesideWriter } from '../../src/store/open.js'
import { openReader, type Reader } from '../../src/store/reader.js'
import { steadyClock } from './database.js'

/** A key of each role for tests; its name is that of the role. */
export const KEYS = Object.fromEntries(
  ROLES.map((role, i) => [role, makeKey(new Uint8Array(24).fill(i + 1))]),
) as Record<Role, ReturnType<typeof makeKey>>

// biome-ignore lint/suspicious/noExplicitAny: answers have many shapes, and a test asserts those that it looks into
export type Answer = any

export interface ServiceUnderTest {
  app: FastifyInstance
  read: Reader
  writer: Writer
  /** The JSON of a GET; a status other than 200 fails. */
  get(url: string): Promise<Answer>
  /** Sends a body as a curator, or without one. */
  send(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    options?: { role?: Role; headers?: Record<string, string> },
  ): Promise<{ status: number; body: Answer; headers: Record<string, unknown> }>
  /** Where it listens. */
  listen(): Promise<string>
  /** The same service as it is just after its start, over the same file. */
  again(): Promise<FastifyInstance>
}

/** The whole service over a database file, with keys; ends with the test. */
export async function openService(
  t: { teardown(end: () => unknown): unknown },
  file: string,
  clock = steadyClock('2026-03-01T09:00:00.000Z'),
  open: (file: string, clock: () => Date) => Writer | Promise<Writer> = openLocalWriter,
): Promise<ServiceUnderTest> {
  const writer = await open(file, clock)
  for (const [role, { id, hash }] of Object.entries(KEYS))
    await writer.apply({ do: 'add-key', name: role, role: role as Role, key_id: id, hash })
  const read = openReader(openBesideWriter(file))
  const build = (told: Writer) =>
    buildApp({
      read,
      readWhole: read,
      writer: told,
      checkpoints: openCheckpoints(read, openSigningKey(signingKeyFile(file)), checkpointsFile(file)),
      cursorKey: cursorKey('for tests and nothing else'),
      publicUrl: () => 'https://annals.example',
      failed: () => false,
      version: '1.0.0',
      logLevel: 'silent',
      clock,
    })
  const app = await build(writer)
  t.teardown(async () => {
    await app.close()
    await writer.close()
    read.close()
  })
  return {
    app,
    read,
    writer,
    async get(url) {
      const response = await app.inject(url)
      if (response.statusCode !== 200) throw new Error(`GET ${url}: ${response.statusCode} ${response.body}`)
      return response.json()
    },
    async send(method, url, body, { role = 'curator', headers = {} } = {}) {
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
      const response = await app.inject({
        method,
        url,
        headers: {
          authorization: `Bearer ${KEYS[role].key}`,
          ...(body === undefined ? {} : { 'content-type': type }),
          ...headers,
        },
        ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      } as InjectOptions)
      return { status: response.statusCode, body: response.json(), headers: response.headers }
    },
    again: () => build({ ...writer, onCommit: () => {} }),
    listen: () => app.listen({ port: 0, host: '127.0.0.1' }),
  }
}
