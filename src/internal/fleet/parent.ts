import type { OperationFormat } from "../../OperationFormat.ts"
import * as Route from "../call/route.ts"

/**
 * Where an operation is listed, and what it is called there.
 *
 * @internal
 */
export interface Listed {
  /** What list is asked for; `undefined` where it takes no name. */
  readonly parent: string | undefined
  readonly key: string
}

const collection = "/operations/"

/**
 * The list that shows an operation of this name; `undefined` where none does.
 *
 * @internal
 */
export const listedIn = (
  list: Route.Route | undefined,
  name: string,
  format: OperationFormat | undefined
): Listed | undefined => {
  if (list === undefined || list.filterRequired) return undefined
  // Compute Engine takes the number of an operation, too, and lists it by its name.
  if (format !== undefined && /\/\d+$/.test(name)) return undefined
  if (!Route.takesName(list)) return { parent: undefined, key: keyOf(name) }
  // An id may have slashes, also such a part: the last place that the service lists.
  const whole = `/${name}`
  for (
    let at = whole.lastIndexOf(collection);
    at >= 0;
    at = whole.lastIndexOf(collection, at - 1)
  ) {
    const parents = [whole.slice(1, at), whole.slice(1, at + collection.length - 1)]
    const parent = parents.find((parent) => Route.takes(list, parent))
    if (parent !== undefined) return { parent, key: keyOf(name) }
    if (at === 0) return undefined
  }
  return undefined
}

/**
 * The name without the project: a service may be asked about it by its id and answer with its number. All that one list shows is of one
 * project.
 *
 * @internal
 */
export const keyOf = (name: string): string => {
  if (!name.startsWith("projects/")) return name
  const end = name.indexOf("/", "projects/".length)
  return end < 0 ? name : name.slice(end)
}
