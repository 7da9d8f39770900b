import type * as Effect from "effect/Effect"
import type { AnyBinding } from "../../Binding.ts"
import type { CallError, WaitError, WaitTimeout } from "../../LroError.ts"
import type { Final, Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type { CallOptions, StartOptions } from "../../Requests.ts"
import type { WaitOptions } from "../../Waits.ts"

/**
 * What durable waits use of a client, whatever its service; `Durable` has the types that a caller sees.
 *
 * @internal
 */
export interface AnyClient {
  readonly start: (
    method: object,
    request: object,
    options?: StartOptions
  ) => Effect.Effect<{ readonly operation: Operation; readonly ref: OperationRef }, CallError>
  readonly untilDone: (
    target: unknown,
    options: WaitOptions & { readonly response?: unknown }
  ) => Effect.Effect<unknown, WaitError>
  readonly untilFinal: (
    target: unknown,
    options: WaitOptions
  ) => Effect.Effect<Final, CallError | WaitTimeout>
  readonly cancel?: (request: OperationRef, options?: CallOptions) => Effect.Effect<void, CallError>
}

/**
 * The tag of a client.
 *
 * @internal
 */
export interface AnyTag {
  readonly key: string
  readonly binding: AnyBinding
}

/**
 * The client of a tag.
 *
 * @internal
 */
export const clientOf = (tag: AnyTag): Effect.Effect<AnyClient> =>
  tag as unknown as Effect.Effect<AnyClient>
