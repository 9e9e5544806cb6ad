import { workerData } from 'node:worker_threads'
import { openLocalWriter } from '../../src/actions/writer.js'
import { SEEDER } from './database.js'

/** A thread that writes one record after another until it is told to stop. `state`: acknowledged position, stop. */
const { file, state } = workerData as { file: string; state: Int32Array }

const writer = openLocalWriter(file, () => new Date())
for (let n = 0; Atomics.load(state, 1) === 0; n++) {
  const body = { name: `Source ${n}`, kind: 'other', note: 'x'.repeat(2000) }
  const { seq } = await writer.apply({
    do: 'put',
    noun: 'source',
    id: `steady-${n}`,
    body,
    actor: SEEDER,
    reason: null,
    expect: null,
  })
  Atomics.store(state, 0, seq)
  Atomics.notify(state, 0)
}
await writer.close()
