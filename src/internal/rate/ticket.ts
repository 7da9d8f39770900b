import * as Context from "effect/Context"

/**
 * What a poll has that a call of somebody's own has not: when it was planned, which is its place in the queue, and nobody who would give up
 * waiting.
 *
 * @internal
 */
export interface Ticket {
  readonly planned: number
  /** How many milliseconds it has queued. */
  queued: number
}

/** @internal */
export class CurrentTicket extends Context.Reference<CurrentTicket>()("effect-lro/Ticket", {
  defaultValue: (): Ticket | undefined => undefined
}) {}
