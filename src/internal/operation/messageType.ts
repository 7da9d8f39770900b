import { isObject } from "../base/json.ts"
import { messageName } from "../proto/texts.ts"

/** A message of any type. */
const any = "google.protobuf.Any"

/**
 * The message that says nothing.
 *
 * @internal
 */
export const emptyMessage = "google.protobuf.Empty"

const lastPart = (name: string): string => name.slice(name.lastIndexOf(".") + 1)

/**
 * Why the JSON of an Any is no message of a name: its `@type` names another. Only the last part is compared, since the versions of a
 * message differ in their package.
 *
 * @internal
 */
export const otherType = (json: unknown, expected: string | undefined): string | undefined => {
  const actual = isObject(json) ? messageName(json["@type"]) : undefined
  return actual === undefined || !expected || expected === any ||
      lastPart(actual) === lastPart(expected)
    ? undefined
    : `is of type ${actual}, not ${expected}`
}

/**
 * The message that a Schema is of: that of a message, or the identifier of a `Schema.Class`, where it is the full name of one.
 *
 * @internal
 */
export const messageOf = (schema: object | undefined): string | undefined =>
  schema === undefined
    ? undefined
    : "fullName" in schema && typeof schema.fullName === "string"
    ? schema.fullName
    : "identifier" in schema && typeof schema.identifier === "string" &&
        /^[a-z]\w*(?:\.\w+)+$/.test(schema.identifier)
    ? schema.identifier
    : undefined
