import type { Operation } from "../../Operation.ts"
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
