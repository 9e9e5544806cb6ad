import type { CarriedRefusal } from './actions/carried-refusal.js'
import type { Stood } from './actions/standing.js'
import type { Ask, Reply } from './actions/writer-channel.js'
import type { Config } from './config.js'
import type { Commit } from './store/writer.js'

/** What the first process of a service says to those that serve it. */
export type ToWorker =
  | { config: Config; stood: Stood }
  /** An answer of the writer, or how far a load is. */
  | { reply: Reply }
  /** A commit, whoever asked for it; to be confirmed by its number. */
  | { commit: Commit; number: number }
  /** The metrics of all processes together. */
  | { metrics: string; id: number }
  | 'stop'

/** What they say to it. */
export type FromWorker =
  /** It can be told; what was said before is lost. */
  | 'ready'
  | { ask: Ask }
  /** No answer is made from before this commit any more. */
  | { seen: number }
  | { listening: string }
  | { cannot: CarriedRefusal }
  | { wantsMetrics: number }
