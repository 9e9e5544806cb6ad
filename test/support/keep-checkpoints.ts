import { generateKeyPairSync } from 'node:crypto'
import { workerData } from 'node:worker_threads'
import { keepCheckpoint } from '../../src/actions/checkpoint.js'
import { originOf, signCheckpoint } from '../../src/domain/checkpoint.js'

/** A thread that keeps checkpoints of some positions in a file, one after the other. */
const { file, seqs } = workerData as { file: string; seqs: readonly number[] }

const { privateKey } = generateKeyPairSync('ed25519')
for (const seq of seqs)
  keepCheckpoint(file, signCheckpoint({ origin: originOf(), seq, hash: '0'.repeat(64) }, privateKey))
