import { readdirSync, readFileSync } from 'node:fs'
import type { Inputs, Noun } from '../model/nouns.js'
import type { Transaction } from '../store/writer.js'
import type { Actor, Outcome } from './commands.js'
import { put } from './record.js'

const SEED = new URL('../../../seed/', import.meta.url)

/** A document as `seed/` and whole exports write it, one a line. */
export interface DocumentLine {
  noun: Noun
  id: string
  document: Inputs[Noun]
}

/** Load the seed: what is there already stays as it is. */
export interface LoadSeed {
  do: 'load-seed'
  actor: Actor
}

export interface SeedAnswer {
  created: number
  present: number
  warnings: Outcome['warnings']
}

/** The lines of the seed, in load order. */
export function seedLines(): DocumentLine[] {
  return readdirSync(SEED)
    .filter(name => name.endsWith('.ndjson'))
    .sort()
    .flatMap(name => readFileSync(new URL(name, SEED), 'utf8').trim().split('\n'))
    .map(line => JSON.parse(line))
}

/** Creates the seed's records that do not exist; corrections made since to those that do are kept. */
export function loadSeed(tx: Transaction, { actor }: LoadSeed): SeedAnswer {
  const lines = seedLines()
  const absent = lines.filter(({ noun, id }) => tx.read.find(noun, id) === undefined)
  const warnings = absent.flatMap(
    ({ noun, id, document }) =>
      put(tx, { do: 'put', noun, id, body: document, reason: null, expect: null, actor }).warnings,
  )
  return { created: absent.length, present: lines.length - absent.length, warnings }
}
