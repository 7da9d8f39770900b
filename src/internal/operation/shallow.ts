import type { Operation } from "../../Operation.ts"
import { isShallow } from "../proto/depth.ts"

/**
 * An operation of a server, where it goes into an error: only its name and state if it is too deep.
 *
 * @internal
 */
export const shallowOperation = (operation: Operation): Operation =>
  isShallow(operation) ? operation : { name: operation.name, done: operation.done }
