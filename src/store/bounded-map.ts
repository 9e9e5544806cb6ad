/** A map that holds about so much and lets go of what was not asked for longest. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
  delete(key: string): void
  clear(): void
  /** What it holds now, by the measure that it was given. */
  bytes(): number
}

/**
 * Keeps two generations of half the size each: what is used of the older one moves to the younger, and when that is full
 * the older is let go of as a whole. That is nearly the order of last use and costs nothing on most lookups.
 */
export function boundedMap<V>(most: number, sizeOf: (value: V) => number): BoundedMap<V> {
  let young = new Map<string, V>()
  let old = new Map<string, V>()
  let youngBytes = 0
  let oldBytes = 0

  function remove(key: string): void {
    const [inYoung, inOld] = [young.get(key), old.get(key)]
    if (inYoung !== undefined) youngBytes -= sizeOf(inYoung)
    if (inOld !== undefined) oldBytes -= sizeOf(inOld)
    young.delete(key)
    old.delete(key)
  }

  function set(key: string, value: V): void {
    remove(key)
    const size = sizeOf(value)
    if (size > most / 2) return
    if (youngBytes + size > most / 2) {
      old = young
      oldBytes = youngBytes
      young = new Map()
      youngBytes = 0
    }
    young.set(key, value)
    youngBytes += size
  }

  return {
    get(key) {
      const value = young.get(key)
      if (value !== undefined) return value
      const older = old.get(key)
      if (older !== undefined) set(key, older)
      return older
    },
    set,
    delete: remove,
    clear() {
      young.clear()
      old.clear()
      youngBytes = 0
      oldBytes = 0
    },
    bytes: () => youngBytes + oldBytes,
  }
}
