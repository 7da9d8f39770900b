import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Methods } from "../../Client.ts"
import { type CallError, InvalidRequest, ResultDecodeError } from "../../LroError.ts"
import type { ResponseSchema } from "../../Operation.ts"
import { acted } from "../../OperationFormat.ts"
import type { CallOptions } from "../../Requests.ts"
import { isObject } from "../base/json.ts"
import { whereOf } from "../base/schema.ts"
import * as Telemetry from "../base/telemetry.ts"
import { makeRef } from "../call/reference.ts"
import { execute } from "../call/retry.ts"
import type { Settings } from "../call/settings.ts"
import { about } from "../errors/about.ts"
import { encodeSegment } from "../names/pathTemplate.ts"
import { location } from "../names/resourceName.ts"
import { textOf } from "./links.ts"
import { linked, type Naming } from "./names.ts"

type Json = { readonly [key: string]: unknown }

const method = "Operations.target"

/** The operation as its service writes it, decoded or not: of a state, of an operation as received, or itself. */
const rawOf = (operation: object): Json => {
  const received: unknown = "operation" in operation ? operation.operation : operation
  const raw = isObject(received) && typeof received["done"] === "boolean"
    ? received["metadata"]
    : received
  return isObject(raw) ? raw : {}
}

/** The resource that an operation says it made, as its method knows. */
const schemaIn = (operation: object): ResponseSchema<unknown, never> | undefined => {
  const resource: unknown = Reflect.get(operation, acted)
  return typeof resource === "function" ? resource() : undefined
}

/**
 * Reads what operations of a service acted on.
 *
 * @internal
 */
export const target = (naming: Naming, prefix: string) => (settings: Settings) =>
  ((
    operation: object,
    { response, ...options }: CallOptions & {
      readonly response?: ResponseSchema<unknown, unknown>
    } = {}
  ) =>
    Telemetry.ofCall(
      Effect.gen(function*() {
        const refuse = (problem: string) =>
          new InvalidRequest({ method, argument: "operation", problem })
        if (!isObject(operation)) return yield* refuse("is no operation")
        const raw = rawOf(operation)
        if (/^delete/i.test(String(raw["operationType"] ?? ""))) {
          return yield* refuse("has deleted its target: nothing is left to be read")
        }
        const link = textOf(raw["targetLink"])
        const name = linked(naming, link)
        if (name === undefined) {
          return yield* refuse(
            link === undefined ? "names no target" : "names a target in no project"
          )
        }
        const json = yield* execute<unknown>(settings, {
          method,
          verb: "GET",
          path: `${prefix}${name.split("/").map(encodeSegment).join("/")}`,
          query: "",
          body: undefined,
          name: "",
          parent: name,
          location: location(name),
          repeat: "safe",
          read: { parse: (json) => json, otherwise: "NotJson" }
        }, options).pipe(Effect.mapError((error): CallError =>
          error._tag === "NOT_FOUND"
            ? about(error, { hint: "the target is not there; the operation is" })
            : error
        ))
        const schema = response ?? schemaIn(operation)
        if (schema === undefined) return json
        return yield* Effect.catchTag(
          Schema.decodeUnknown(schema as Schema.Schema<unknown, unknown, unknown>)(json),
          "ParseError",
          ({ issue, message }) =>
            Effect.flatMap(
              makeRef(settings, { name: linked(naming, raw["selfLink"]) ?? String(raw["name"]) }),
              (ref) =>
                new ResultDecodeError({
                  operation: ref,
                  raw: { name: ref.name, done: true, metadata: raw },
                  path: ["target", whereOf(issue)].filter((part) => part !== "").join("."),
                  problem: `${name}: ${message}`
                })
            )
        )
      }),
      method,
      String(Reflect.get(Object(operation), "name"))
    )) as Methods<string, never>["target"]
