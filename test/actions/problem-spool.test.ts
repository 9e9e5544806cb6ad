import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import t from 'tap'
import { spoolProblems } from '../../src/actions/imports/problem-spool.js'

t.test('problems are kept whole where the disk takes them in pieces', async t => {
  const { writeSync } = fs
  const spool = spoolProblems()
  t.teardown(() => {
    Object.assign(fs, { writeSync })
    syncBuiltinESMExports()
    spool.remove()
  })
  const inPieces = (handle: number, bytes: Buffer, from: number, length: number, position: number) =>
    writeSync(handle, bytes, from, Math.min(length, 7), position)
  Object.assign(fs, { writeSync: inPieces })
  syncBuiltinESMExports()
  const problems = ['one', 'another'].map((id, line) => ({
    line,
    id,
    pointer: null,
    code: 'malformed',
    detail: 'The line is “long”.',
    value: null,
  }))
  problems.forEach(spool.add)
  t.strictSame(
    spool.read(0, 10).map(text => JSON.parse(text)),
    problems,
  )
})
