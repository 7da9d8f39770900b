import type * as Cause from "effect/Cause"
import type * as Effect from "effect/Effect"
import type { CallError, WaitTimeout } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type { Timers } from "../base/timers.ts"
import type { Settings } from "../call/settings.ts"
import type { Polled } from "../wait/source.ts"
import type { Kind } from "./kind.ts"
import type { Seat } from "./seat.ts"

/**
 * How the wait of a row ended.
 *
 * @internal
 */
export type Ended =
  | { readonly operation: Operation }
  | { readonly error: CallError | WaitTimeout }
  /** Its schedule died. */
  | { readonly cause: Cause.Cause<never> }

/**
 * What a row begins with.
 *
 * @internal
 */
export interface Beginning extends Pick<Polled, "name" | "endpoint" | "location"> {
  readonly number: number
  readonly request: unknown
  readonly kind: Kind
  /** The reference that named it, if one did. */
  readonly ref: OperationRef | undefined
  /** When the operation started, as far as is known, by the wall clock. */
  readonly startedAt: number
  readonly known: Operation | undefined
  /** A start reply: the first delay comes before the first poll. */
  readonly fresh: boolean
}

/**
 * What a row needs of those that it belongs to.
 *
 * @internal
 */
export interface Company<Row> {
  readonly settings: Settings
  readonly sent: Polled["sent"]
  readonly timeout: number
  readonly logs: Seat["logs"]
  readonly timers: Timers
  /** The time of the wall clock. */
  readonly wall: () => number
  readonly urlOf: (endpoint: Polled["endpoint"], location: string | undefined) => string | undefined
  readonly ended: (row: Row, how: Ended) => void
  readonly left: (row: Row, stopped: Effect.Effect<unknown>) => void
  readonly tolerated: (row: Row, error: CallError, answered: number) => void
  /** The server answered with another name. */
  readonly renamed?: (row: Row, operation: Operation) => void
  readonly step: (
    row: Row,
    schedule: Kind["schedule"],
    scheduled: unknown,
    now: number,
    operation: Operation,
    startedAt: number,
    then: (delay: number | undefined, scheduled: unknown) => void
  ) => void
}
