import type { PublishedPolling } from "../../Method.ts"
import * as Operation from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type { Place } from "../call/target.ts"

type Decode<M> = (raw: unknown) => Operation.Metadata<M>

/**
 * A target, resolved: what is known of the operation before the first poll.
 *
 * @internal
 */
export interface Subject<M> extends Place {
  readonly ref: OperationRef
  readonly decode: Decode<M>
  readonly known: Operation.Operation | undefined
  /** A start reply is fresh: the first delay comes before the first poll. */
  readonly fresh: boolean
  readonly published: PublishedPolling | undefined
}

/** @internal */
export const isOperation = (target: object): target is Operation.Operation =>
  "name" in target && typeof target.name === "string" && "done" in target &&
  typeof target.done === "boolean" && !isGax(target)

const isGax = (target: object): boolean => "longrunningDescriptor" in target

/** @internal */
export const notOperation = (target: object): string =>
  isGax(target)
    ? "is an operation of google-gax: give operation.name"
    : "is neither a name, a reference, a started operation nor an Operation"
