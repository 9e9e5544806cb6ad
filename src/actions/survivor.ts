import type { Noun } from '../model/nouns.js'
import type { Reader } from '../store/reader.js'
import { type Found, NOW } from '../store/records.js'

/** The record that an id stands for at a log position: its own, or the survivor of the one that was merged. */
export function standingFor(read: Pick<Reader, 'find'>, noun: Noun, id: string, at = NOW): Found | undefined {
  let found = read.find(noun, id, at)
  while (found?.state === 'merged') found = read.find(noun, found.into_id!, at)
  return found
}
