import * as Effect from "effect/Effect"
import type { InvalidRequest } from "../../LroError.ts"
import type { PublishedPolling } from "../../Method.ts"
import * as Operation from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type { StartedBy, Target } from "../../Waits.ts"
import { isObject } from "../base/json.ts"
import { makeRef } from "../call/reference.ts"
import { refuse } from "../call/refuse.ts"
import type { Settings } from "../call/settings.ts"
import { locate, nameOf, type Place } from "../call/target.ts"

/**
 * A target, resolved: what is known of the operation before the first poll.
 *
 * @internal
 */
export interface Subject extends Place {
  readonly ref: OperationRef
  readonly method: StartedBy<unknown, unknown> | undefined
  readonly reader: Operation.Reader<unknown, unknown>
  readonly known: Operation.Operation | undefined
  /** A start reply is fresh: the first delay comes before the first poll. */
  readonly fresh: boolean
  readonly published: PublishedPolling | undefined
}

/**
 * What the options of a wait say of the operation.
 *
 * @internal
 */
export interface Reading {
  readonly method?: StartedBy<unknown, unknown> | undefined
  readonly response?: Operation.ResponseSchema<unknown, never> | undefined
}

/**
 * Resolves the target of a wait; `checkName` refuses a name that does not fit get.
 *
 * @internal
 */
export const resolve = (
  settings: Settings,
  checkName: (name: string) => Effect.Effect<unknown, InvalidRequest>,
  method: string,
  target: Target,
  options: Reading
): Effect.Effect<Subject, InvalidRequest> =>
  Effect.gen(function*() {
    const place = yield* locate(
      settings,
      method,
      "target",
      typeof target === "string" ? { name: target } : target
    )
    const started = place.ref !== undefined && typeof target === "object" && "operation" in target
      ? target
      : undefined
    const known = started?.operation ??
      (typeof target === "string" || place.ref !== undefined ? undefined : target)
    if (known !== undefined && !isOperation(known)) {
      return yield* refuse(method, "target", notOperation(known), place.ref)
    }
    const by = options.method ?? started?.method
    const rpc = place.ref?.method
    if (rpc !== undefined && by !== undefined && rpc !== by.rpc) {
      const problem = `is not the method that started the operation: ${rpc}`
      return yield* refuse(method, "method", problem, place.ref)
    }
    if (known?.done !== true) yield* checkName(place.name)
    return {
      ...place,
      ref: place.ref ?? (yield* makeRef(settings, { ...place, method: by?.rpc })),
      method: by,
      reader: Operation.readerOf(by),
      known,
      fresh: started !== undefined,
      published: by?.polling
    }
  })

const isOperation = (target: unknown): target is Operation.Operation =>
  isObject(target) && "name" in target && typeof target.name === "string" && "done" in target &&
  typeof target.done === "boolean" && !isGax(target)

const isGax = (target: unknown): boolean => isObject(target) && "longrunningDescriptor" in target

const notOperation = (target: unknown): string =>
  isGax(target)
    ? "is an operation of google-gax: give operation.name"
    : "is no target: give the name, a reference, a started operation, or decode it with the Schema `Operation`"

/**
 * The options of the span of a wait.
 *
 * @internal
 */
export const spanOptions = (target: Target) => ({
  attributes: {
    "gcp.resource.destination.id": nameOf(target)
  }
})
