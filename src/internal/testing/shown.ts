/** Operations, and what they made, as their services show them. */
import type * as Testing from "../../testing.ts"
import { dialectOf } from "./extended.ts"
import { json, reject, rejectionReply, type Reply, type Request } from "./reply.ts"
import { type Entry, millisUntilDone, operationAt } from "./state.ts"
import type { Store } from "./store.ts"

/**
 * An operation as its service writes it.
 *
 * @internal
 */
export const shown = (
  service: string | undefined,
  entry: Entry,
  now: number
): Testing.JsonObject => {
  const operation = operationAt(entry, now)
  return dialectOf(service)?.write(operation, entry) ?? operation
}

/**
 * The operation that a service knows by another form of its name, too.
 *
 * @internal
 */
export const sameIn = (store: Store, service: string, name: string): Entry | undefined => {
  const dialect = dialectOf(service)
  return dialect &&
    store.all().find((entry) =>
      entry !== undefined && (entry.service ?? service) === service && dialect.isSame(name, entry)
    )
}

/**
 * What an operation that succeeded has made, at the path of its target, until another has deleted it.
 *
 * @internal
 */
export const resourceAt = (
  store: Store,
  { path, verb }: Request,
  now: number
): Reply | undefined => {
  if (verb !== "GET") return undefined
  const entry = [...store.all()].reverse().find((entry) => changes(entry, path, now))
  if (entry?.origin === undefined) return undefined
  const { resource, target } = entry.origin
  return resource === undefined
    ? rejectionReply(
      reject("NOT_FOUND", `The resource '${target}' was not found`),
      dialectOf(entry.service)?.errors ?? "v2"
    )
    : json(resource)
}

/** Whether an operation made or deleted what is at a path. */
const changes = (entry: Entry | undefined, path: string, now: number): boolean => {
  const origin = entry?.origin
  if (entry === undefined || origin?.target === undefined) return false
  const isChange = origin.resource !== undefined || /^delete/i.test(origin.operationType)
  return isChange && path.endsWith(`/${aliasOf(entry, origin.target, path)}`) &&
    millisUntilDone(entry, now) <= 0 && operationAt(entry, now)["error"] === undefined
}

/** The target as the path has it: links name a project by its number. */
const aliasOf = ({ service }: Entry, target: string, path: string): string => {
  const asked = /projects\/[^/]+\//.exec(path)?.[0]
  return encodeURI(
    service === "container.googleapis.com" && asked !== undefined
      ? target.replace(/^projects\/[^/]+\//, asked)
      : target
  )
}
