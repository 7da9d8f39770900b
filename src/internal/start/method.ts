import type { AnyMethod, KnownResponse, MethodShape } from "../../Method.ts"
import * as Operation from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import { decodeResponse } from "../operation/decoder.ts"
import { starter } from "./start.ts"

/** @internal */
export interface Described extends MethodShape<string> {
  readonly metadata: Operation.MetadataSchema<unknown>
  readonly response?: KnownResponse<unknown>
}

/**
 * A method with what it carries: how it is started, and how its payloads are read.
 *
 * @internal
 */
export const methodOf = (
  description: Described,
  response: (() => Operation.ResponseSchema<unknown, never>) | undefined
): AnyMethod => {
  const made = {
    ...description,
    decodeMetadata: Operation.decodeMetadata(description.metadata),
    "~start": starter
  }
  if (response === undefined) return made
  // What is defined further down is there once somebody asks.
  const decode = (raw: unknown) => decodeResponse(response(), raw)
  return Object.defineProperties(made, {
    response: { enumerable: true, get: response },
    decodeResponse: { enumerable: true, value: decode },
    "~result": {
      enumerable: true,
      value: (succeeded: Operation.Succeeded, ref: OperationRef) =>
        Operation.known(succeeded, ref, decode)
    }
  })
}
