import type * as Undici from "undici"
import type { Queue } from "./queue.ts"

/**
 * The way to one origin: who wants to use it queues for it.
 *
 * @internal
 */
export interface Route {
  readonly queue: Queue
  readonly dispatch: Undici.Dispatcher["dispatch"]
}
