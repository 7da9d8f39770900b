/**
 * What a caller names an operation by, in whatever form, to a name and an endpoint that may be asked.
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import type { InvalidRequest } from "../../LroError.ts"
import { OperationRef } from "../../OperationRef.ts"
import { isObject } from "../base/json.ts"
import { decodeUnknown, whereOf } from "../base/schema.ts"
import * as ResourceName from "../names/resourceName.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import { refuse } from "./refuse.ts"
import type { Settings } from "./settings.ts"

/**
 * An operation, and where it may be asked for.
 *
 * @internal
 */
export interface Place {
  readonly name: string
  /** `undefined`: the client's own, which may depend on the location. */
  readonly endpoint: Endpoint | undefined
  readonly location: string | undefined
}

/** @internal */
export interface Located extends Place {
  /** The reference that named it, if one did. */
  readonly ref: OperationRef | undefined
}

const hasFields = Schema.is(/*#__PURE__*/ Schema.Struct(OperationRef.fields))
/** By its fields, too: what has the prototype alone is none. */
const isRef = (u: unknown): u is OperationRef => u instanceof OperationRef && hasFields(u)
const decodeRef = decodeUnknown(OperationRef)

/**
 * Where the operation is that a caller names by an object: `{ name }`, a reference, a started operation, plain JSON of either. What
 * names a service, a version or an endpoint has to name this client's.
 *
 * @internal
 */
export const locate = (
  settings: Settings,
  method: string,
  argument: string,
  target: unknown
): Effect.Effect<Located, InvalidRequest> => {
  try {
    return located(settings, method, argument, target)
  } catch {
    // A getter or a proxy: a draft that was revoked, say.
    return refuse(method, argument, "cannot be read")
  }
}

const located = (
  settings: Settings,
  method: string,
  argument: string,
  target: unknown
): Effect.Effect<Located, InvalidRequest> => {
  if (!isObject(target)) {
    return refuse(method, argument, "is no object: give `{ name }` or a reference")
  }
  const isStarted = "ref" in target
  let ref: OperationRef | undefined
  if (isStarted || "service" in target || target instanceof OperationRef) {
    const source = isStarted ? target["ref"] : target
    const decoded = isRef(source) ? Either.right(source) : decodeRef(source)
    if (Either.isLeft(decoded)) return refuse(method, argument, unreadable(whereOf(decoded.left)))
    ref = decoded.right
    const { binding, id } = settings
    if (ref.service !== binding.service || ref.version !== binding.version) {
      const problem = `is an operation of ${ref.service}/${ref.version}, not of ${id}`
      return refuse(method, argument, problem, ref)
    }
  }
  const { endpoint: given, name } = ref ?? target
  if (typeof name !== "string") return refuse(method, `${argument}.name`, "is not a string", ref)
  const location = ref?.location ?? ResourceName.location(name)
  if (given === undefined) return Effect.succeed({ ref, name, endpoint: undefined, location })
  const endpoint = typeof given === "string"
    ? settings.endpoints.admit(given, location)
    : "is not a string"
  return typeof endpoint === "string"
    ? refuse(method, `${argument}.endpoint`, endpoint, ref)
    : Effect.succeed({ ref, name, endpoint, location })
}

/**
 * The name that a target has, for a span, whatever the target is.
 *
 * @internal
 */
export const nameOf = (target: unknown): string => {
  if (typeof target === "string") return target
  try {
    return String((target as { readonly name?: unknown } | null | undefined)?.name)
  } catch {
    return ""
  }
}

const unreadable = (where: string): string =>
  `is no reference that can be read${where === "" ? "" : ` at \`${where}\``}`
