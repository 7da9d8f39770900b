import * as Effect from "effect/Effect"
import type { CallError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import { about } from "../errors/about.ts"
import { clip } from "../errors/message.ts"

/**
 * An operation under its first known name, which stays.
 *
 * @internal
 */
export const named = (operation: Operation, name: string): Operation =>
  operation.name === name ? operation : { ...operation, name }

/**
 * What is to be said where the server answers with another name.
 *
 * @internal
 */
export const otherName = (operation: Operation, name: string): string | undefined =>
  operation.name === name || operation.name === ""
    ? undefined
    : `the server answered ${clip(operation.name, 300)} when asked for ${name}`

/** @internal */
export const told = (warning: string | undefined): Effect.Effect<void> =>
  warning === undefined ? Effect.void : Effect.logWarning(warning)

/**
 * The error of a poll for an operation that was seen before.
 *
 * @internal
 */
export const sought = (error: CallError): CallError =>
  error._tag === "NOT_FOUND" ? about(error, { seenBefore: true }) : error
