/** What is wrong with a request, before it is sent: unknown fields, those that only the server sets, values of another type. */
import * as Fields from "./fields.ts"

type Json = { readonly [key: string]: unknown }

const isJson = (u: unknown): u is Json => typeof u === "object" && u !== null && !Array.isArray(u)

const integers = new Set(
  [
    "int32",
    "sint32",
    "sfixed32",
    "uint32",
    "fixed32",
    "int64",
    "sint64",
    "sfixed64",
    "uint64",
    "fixed64"
  ]
)

const floats = new Set(["double", "float"])

const scalarProblem = (type: string, value: unknown): string | undefined => {
  if (type === "string" || type === "bytes") {
    return typeof value === "string" ? undefined : "is not a string"
  }
  if (type === "bool") return typeof value === "boolean" ? undefined : "is neither true nor false"
  if (integers.has(type)) {
    const isWhole = typeof value === "number"
      ? Number.isInteger(value)
      : typeof value === "string" && /^-?\d+$/.test(value)
    return isWhole ? undefined : "is not a whole number"
  }
  if (floats.has(type)) {
    const isNumber = typeof value === "number" ||
      (typeof value === "string" &&
        /^(?:-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|-?Infinity)$/i.test(value))
    return isNumber ? undefined : "is not a number"
  }
  return undefined
}

const wellKnownProblem = (type: string, value: unknown): string | undefined => {
  switch (type.slice(type.lastIndexOf(".") + 1)) {
    case "Timestamp":
      return typeof value === "string" && /^\d{4}-\d\d-\d\dT.+(?:Z|[+-]\d\d:\d\d)$/i.test(value)
        ? undefined
        : "is no time such as 2026-01-31T12:00:00Z"
    case "Duration":
      return typeof value === "string" && /^-?\d+(?:\.\d{1,9})?s$/.test(value)
        ? undefined
        : "is no duration such as 3600s"
    case "FieldMask":
      return typeof value === "string" ? undefined : "is no field mask such as displayName,labels"
    default:
      return undefined
  }
}

const problems = (
  known: Fields.Known,
  message: NonNullable<ReturnType<typeof Fields.messageOf>>,
  value: Json,
  at: string
): ReadonlyArray<string> => {
  const members = new Map<string, string>()
  const given = new Map<string, string>()
  return Object.entries(value).flatMap(([key, item]) => {
    const path = at === "" ? key : `${at}.${key}`
    const field = Fields.fieldOf(message, key)
    if (field === undefined) {
      const of = message.name.slice(message.name.lastIndexOf(".") + 1)
      return [`${path} is no field of ${of}${Fields.meant(message, key)}`]
    }
    const other = given.get(field.jsonName)
    if (other !== undefined) return [`${path} is ${other} in another spelling: give one of them`]
    given.set(field.jsonName, path)
    if (field.behaviors.includes("OUTPUT_ONLY")) return [`${path} is set by the server only`]
    if (field.oneOf !== undefined && item !== null) {
      const other = members.get(field.oneOf)
      if (other !== undefined) {
        return [`${path} excludes ${other}: a request has one of ${field.oneOf}`]
      }
      members.set(field.oneOf, path)
    }
    if (item === null) return []
    if (field.shape === "list") {
      return Array.isArray(item)
        ? item.flatMap((each, index) => valueProblems(known, field, each, `${path}[${index}]`))
        : [`${path} is not a list`]
    }
    if (field.shape === "map") {
      return isJson(item)
        ? Object.entries(item).flatMap(([name, each]) =>
          valueProblems(known, field, each, `${path}.${name}`)
        )
        : [`${path} is not a map`]
    }
    return valueProblems(known, field, item, path)
  })
}

const valueProblems = (
  known: Fields.Known,
  field: Fields.Field,
  value: unknown,
  path: string
): ReadonlyArray<string> => {
  const { kind, name } = field.type
  if (kind === "message") {
    const message = Fields.messageOf(known.catalogue, field)
    if (!isJson(value)) return [`${path} is not an object`]
    return message === undefined ? [] : problems(known, message, value, path)
  }
  if (kind === "enum") {
    const values = known.catalogue.enums.get(name)?.values
    if (values === undefined || typeof value === "number") return []
    if (typeof value === "string" && values.has(value)) return []
    const all = [...values.keys()]
    return [`${path} is none of ${all.slice(0, 12).join(", ")}${all.length > 12 ? ", …" : ""}`]
  }
  const scalar = Fields.scalarOf(field)
  const wrong = scalar === undefined ? wellKnownProblem(name, value) : scalarProblem(scalar, value)
  return wrong === undefined ? [] : [`${path} ${wrong}`]
}

/** All that is wrong; none, and it may be sent. */
export const check = (known: Fields.Known, request: Json): ReadonlyArray<string> =>
  problems(known, known.request, request, "")
