import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as (of: { type: 'minor' }) => void

/**
 * Lets go of what was used a moment ago. V8 looks by itself when its own young objects take too much memory, and counts
 * none of the bytes that a Buffer holds outside: of a stream of Buffers, tens of megabytes would wait for it.
 */
export const collectYoungGarbage = (): void => collect({ type: 'minor' })
