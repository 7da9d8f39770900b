import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Code from "../Code.ts"
import type { Detail, Encoded, Status } from "../Status.ts"
import { isObject, messageName } from "./protoJson.ts"

/**
 * The `_tag` of a detail, `@type` in JSON. A detail that is the field of a message, not in an Any, has no `@type`.
 *
 * @internal
 */
export const typeTag = <Tag extends string>(
  tag: Tag
): Schema.PropertySignature<":", Tag, "@type", "?:", string, true> => {
  const name = `google.rpc.${tag}`
  const typeUrl = Schema.String.pipe(Schema.filter((url) => messageName(url) === name))
  return Schema.optionalToRequired(typeUrl, Schema.Literal(tag), {
    decode: () => tag,
    encode: () => Option.some(`type.googleapis.com/${name}`)
  }).pipe(
    Schema.fromKey("@type"),
    Schema.withConstructorDefault(() => tag)
  )
}

/**
 * The number of a code: numbers as sent, names and decimal texts converted, absent is the proto3 default 0, rubbish is UNKNOWN.
 */
const readCode = (code: unknown): number => {
  if (code === undefined || code === null) return 0
  if (Number.isSafeInteger(code)) return Number(code)
  if (Code.isCode(code)) return Code.toNumber(code)
  return typeof code === "string" && /^-?\d{1,15}$/.test(code)
    ? Number(code)
    : Code.toNumber("UNKNOWN")
}

type Decoders = ReadonlyMap<string, (json: unknown) => Option.Option<Detail>>

const decodeDetail = (decoders: Decoders, json: unknown): Option.Option<Detail> => {
  const name = isObject(json) ? messageName(json["@type"]) : undefined
  return decoders.get(name ?? "")?.(json) ?? Option.none()
}

/**
 * Any JSON to a status, with the decoders of the known details by message name.
 *
 * @internal
 */
export const readStatus = (decoders: Decoders, json: unknown): Status => {
  if (!isObject(json)) {
    const message = typeof json === "string" ? json : ""
    const otherDetails = message === "" && json !== undefined && json !== null ? [json] : []
    return { code: Code.toNumber("UNKNOWN"), message, details: [], otherDetails }
  }
  const details: Array<Detail> = []
  const otherDetails: Array<unknown> = []
  const items: ReadonlyArray<unknown> = Array.isArray(json["details"]) ? json["details"] : []
  for (const item of items) {
    const detail = decodeDetail(decoders, item)
    if (Option.isSome(detail)) details.push(detail.value)
    else otherDetails.push(item)
  }
  return {
    code: readCode(json["code"]),
    message: typeof json["message"] === "string" ? json["message"] : "",
    details,
    otherDetails
  }
}

/**
 * The JSON side of a status: any object, since a status that cannot be read is worse than one that is read in part.
 *
 * @internal
 */
export const Wire: Schema.Schema<Encoded> = Schema.declare(
  (value: unknown): value is Encoded => isObject(value),
  {
    identifier: "google.rpc.Status",
    jsonSchema: {
      type: "object",
      properties: {
        code: { type: "integer" },
        message: { type: "string" },
        details: { type: "array", items: { type: "object" } }
      }
    }
  }
)
