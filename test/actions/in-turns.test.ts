import { setImmediate } from 'node:timers/promises'
import { test } from 'tap'
import { inTurns } from '../../src/actions/in-turns.js'

const MB = 1_000_000
const PIECES = 2000

/** The most that Buffers take while pieces of 100 kB are read, above what they took before; and how much was read. */
async function peakWhile(bytes: AsyncIterable<Uint8Array>) {
  const before = process.memoryUsage().arrayBuffers
  let [peak, read] = [0, 0]
  for await (const piece of bytes) {
    read += piece.length
    peak = Math.max(peak, process.memoryUsage().arrayBuffers - before)
  }
  return { peak, read }
}

function* pieces() {
  for (let i = 0; i < PIECES; i++) yield Buffer.alloc(MB / 10, 'x')
}

test('what has left a long answer does not stay in memory', async t => {
  const { peak, read } = await peakWhile(inTurns(pieces()))
  t.equal(read, (PIECES * MB) / 10)
  t.ok(peak < 20 * MB, `${peak / MB} MB`)
})

test('an answer is made as it is taken, in the order of its pieces, and empty ones are no end', async t => {
  let made = 0
  function* words() {
    for (const word of ['one ', '', Buffer.from('two '), '', 'three']) {
      made += 1
      yield word
    }
  }
  const stream = inTurns(words())
  await setImmediate()
  t.equal(made, 0)
  let text = ''
  for await (const piece of stream) text += piece
  t.equal(text, 'one two three')
  t.equal(made, 5)
})
