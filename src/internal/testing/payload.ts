/**
 * The messages of a request as Google reads them from proto3 JSON: what is wrong with one is told in Google's own words.
 *
 * The rules and the texts are those of ProtoStreamObjectWriter and ProtoWriter, which protobuf had in google/protobuf/util/internal, and
 * of replies in public reports. A list field takes a single value too, a number the text of one, a Timestamp the object of its fields.
 */
import * as Either from "effect/Either"
import type * as Testing from "../../testing.ts"
import { isObject } from "../base/json.ts"
import { jsonName } from "../proto/texts.ts"
import * as Catalogue from "../services/catalogue.ts"
import { badPayload, type Rejection, type Violation } from "./reply.ts"
import { problemOf } from "./scalars.ts"

/**
 * How to read: by which catalogue, and what to do with fields that it lacks.
 *
 * @internal
 */
export interface Reading {
  readonly catalogue: Catalogue.Catalogue
  readonly unknownFields: NonNullable<Testing.Options["unknownFields"]>
}

/**
 * A name that a message lacks, or that cannot hold such a value; `at` is the place of the message, in proto names.
 *
 * @internal
 */
export const unknownName = (name: string, at = "", problem = "Cannot find field."): Violation => ({
  field: at,
  description: `Invalid JSON payload received. Unknown name "${name}"${where(at)}: ${problem}`
})

const invalidValue = (at: string, type: string, problem: string): Violation => ({
  field: at,
  description: `Invalid value${where(at)} (${type}), ${problem}`
})

const where = (at: string): string => at === "" ? "" : ` at '${at}'`

const typeUrl = (name: string): string => `type.googleapis.com/${name}`

/**
 * A message of some text fields, for requests that are in no catalogue.
 *
 * @internal
 */
export const textMessage = (fields: ReadonlyArray<string>): Catalogue.Message => ({
  name: "",
  resource: undefined,
  fields: new Map(fields.map((jsonName) => [jsonName, textField(jsonName)]))
})

const textField = (jsonName: string): Catalogue.Field => ({
  name: jsonName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
  jsonName,
  type: { kind: "scalar", name: "string" },
  shape: "one",
  key: undefined,
  behaviors: [],
  hasPresence: false,
  oneOf: undefined,
  reference: undefined,
  childReference: undefined
})

/**
 * A message with its fields by their JSON names, or all that is wrong with it.
 *
 * @internal
 */
export const read = (
  reading: Reading,
  message: Catalogue.Message,
  json: unknown
): Either.Either<Testing.JsonObject, Rejection> => {
  if (!isObject(json)) {
    return Either.left(badPayload([unknownName("", "", "Root element must be a message.")]))
  }
  const reader = new Reader(reading)
  const value = reader.message(message, json, "")
  return reader.violations.length === 0
    ? Either.right(value)
    : Either.left(badPayload(reader.violations))
}

class Reader {
  readonly violations: Array<Violation> = []
  private readonly reading: Reading

  constructor(reading: Reading) {
    this.reading = reading
  }

  message(message: Catalogue.Message, json: Testing.JsonObject, at: string): Testing.JsonObject {
    const out: Record<string, unknown> = {}
    const taken = new Set<string>()
    for (const [name, value] of Object.entries(json)) {
      const field = Catalogue.fieldOf(message, name)
      if (field === undefined) {
        if (this.reading.unknownFields === "refuse") this.violations.push(unknownName(name, at))
        else out[name] = value
        continue
      }
      const { jsonName, oneOf, type } = field
      if (value === null && type.name !== "google.protobuf.Value") continue
      if (oneOf !== undefined && taken.has(oneOf)) {
        const problem = `oneof field '${oneOf}' is already set. Cannot set '${name}'`
        this.violations.push(invalidValue(at, "oneof", problem))
        continue
      }
      if (oneOf !== undefined) taken.add(oneOf)
      out[jsonName] = this.field(message, field, name, value, at)
    }
    return out
  }

  private field(
    message: Catalogue.Message,
    field: Catalogue.Field,
    name: string,
    value: unknown,
    at: string
  ): unknown {
    const here = at === "" ? field.name : `${at}.${field.name}`
    if (field.shape === "map") return this.map(message, field, name, value, here)
    if (!Array.isArray(value)) return this.one(field, name, value, at, here)
    const takesList = field.type.name === "google.protobuf.Value" ||
      field.type.name === "google.protobuf.ListValue"
    if (field.shape === "list") {
      return value.map((item, i) => this.one(field, "", item, here, `${here}[${i}]`))
    }
    if (!takesList) {
      const problem = "Proto field is not repeating, cannot start list."
      this.violations.push(unknownName(name, at, problem))
    }
    return value
  }

  private map(
    message: Catalogue.Message,
    field: Catalogue.Field,
    name: string,
    value: unknown,
    here: string
  ): unknown {
    if (isObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, item], i) => [
          key,
          this.one(field, "value", item, `${here}[${i}]`, `${here}[${i}].value`)
        ])
      )
    }
    const entry = jsonName(`_${field.name}_entry`)
    this.violations.push(
      Array.isArray(value)
        ? invalidValue(here, "Map", `Cannot bind a list to map for field '${name}'.`)
        : invalidValue(here, typeUrl(`${message.name}.${entry}`), JSON.stringify(value))
    )
    return value
  }

  /** A value that is no list; `at` is the place of the message around it. */
  private one(
    field: Catalogue.Field,
    name: string,
    value: unknown,
    at: string,
    here: string
  ): unknown {
    const { type } = field
    if (value === null) return value
    const { enums, messages } = this.reading.catalogue
    const message = messages.get(type.name)
    if (message !== undefined && isObject(value)) return this.message(message, value, here)
    if (message !== undefined) {
      this.violations.push(invalidValue(here, typeUrl(type.name), JSON.stringify(value)))
      return value
    }
    if (type.kind === "scalar" && isObject(value)) {
      const problem = "Starting an object on a scalar field"
      this.violations.push(invalidValue(at, field.name, problem))
      return value
    }
    const problem = problemOf(type, enums.get(type.name), name, value)
    if (problem !== undefined) {
      const place = problem.inside === undefined ? here : `${here}.${problem.inside}`
      this.violations.push(
        problem.unknown === undefined
          ? invalidValue(place, problem.type, problem.text)
          : unknownName(problem.unknown, here)
      )
    }
    return value
  }
}
