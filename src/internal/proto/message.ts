/** Messages: the walk of their JSON, and the Schemas of them, of which nothing is made before it is used. */
import { pipeArguments } from "effect/Pipeable"
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import type * as ProtoJson from "../../ProtoJson.ts"
import { isObject } from "../base/json.ts"
import { optional, withDefault } from "../base/schema.ts"
import { isShallow, maxDepth, tooDeep } from "./depth.ts"
import { type Codec, codecOf, Field } from "./field.ts"
import { expected, Issue, refused } from "./issue.ts"
import { messageAst, type Parts } from "./messageAst.ts"
import { jsonName } from "./texts.ts"
import { unknownFields } from "./unknownFields.ts"

const variance = { _A: (_: never) => _, _I: (_: never) => _, _R: (_: never) => _ }

/** A Schema, and the codec of a field of that message. */
class Message implements Codec {
  readonly fullName: string
  readonly #make: () => Parts
  #parts: Parts | undefined
  #ast: AST.AST | undefined

  constructor(fullName: string, make: () => Parts) {
    this.fullName = fullName
    this.#make = make
  }

  get [Schema.TypeId]() {
    return variance
  }

  get parts(): Parts {
    return this.#parts ??= this.#make()
  }

  get "~codec"(): Codec {
    return this
  }

  decode(json: unknown, depth: number): unknown {
    return this.parts.decode(json, depth)
  }

  encode(value: unknown, depth: number): unknown {
    return this.parts.encode(value, depth)
  }

  schema(): Schema.Schema.AnyNoContext {
    return Schema.make(this.ast)
  }

  get ast(): AST.AST {
    return this.#ast ??= messageAst(this)
  }

  annotations(annotations: Schema.Annotations.Schema<unknown>): Schema.Schema<unknown, unknown> {
    return Schema.make<unknown, unknown>(this.ast).annotations(annotations)
  }

  pipe(): unknown {
    return pipeArguments(this, arguments)
  }
}

/**
 * A message that is decoded to something more.
 *
 * @internal
 */
export const extendedBy = <A, B extends A>(
  message: ProtoJson.Message<A>,
  more: (value: A) => B
): ProtoJson.Message<B> => {
  const base = message as unknown as Message
  return new Message(base.fullName, () => ({
    ...base.parts,
    decode: (json, depth) => {
      const value = base.parts.decode(json, depth)
      return value instanceof Issue ? value : more(value as A)
    }
  })) as unknown as ProtoJson.Message<B>
}

/** @internal */
export const message = <A>(
  fullName: string,
  fields: () => ProtoJson.Fields<A>
): ProtoJson.Message<A> =>
  new Message(fullName, () => partsOf(fields())) as unknown as ProtoJson.Message<A>

/**
 * google.protobuf.Empty: whatever object comes, it says nothing.
 *
 * @internal
 */
export const Empty: ProtoJson.Message<void> = /*#__PURE__*/ new Message(
  "google.protobuf.Empty",
  () => ({
    decode: (json) => isObject(json) ? undefined : expected("an object", json),
    encode: (value) => value === undefined ? {} : expected("nothing", value),
    struct: () => Schema.Undefined,
    exclusive: (value) => value
  })
) as unknown as ProtoJson.Message<void>

interface Entry extends Pick<Field, "absent" | "oneOf"> {
  readonly name: string
  readonly codec: Codec
}

type Json = { readonly [key: string]: unknown }

const partsOf = (fields: { readonly [name: string]: object }): Parts => {
  const entries = Object.entries(fields).map(([name, item]): Entry => {
    const { absent, oneOf }: Partial<Field> = item instanceof Field ? item : {}
    return { name, codec: codecOf(item), absent, oneOf }
  })
  const table = new Map(entries.map((entry) => [entry.name, entry]))
  /** The fields that are none of the message; protobuf's parsers take the names of the proto, too. */
  const unknownOf = (json: Json): ReadonlyArray<readonly [key: string, value: unknown]> =>
    Object.entries(json).filter(([key]) => !table.has(key) && !table.has(jsonName(key)))
  return {
    decode: (json, depth) => {
      const wrong = refused(isObject(json), "an object", json, depth)
      if (wrong !== undefined) return wrong
      const input = named(json as Json, table)
      const seen: Seen = {}
      const out: Record<PropertyKey, unknown> = {}
      for (const entry of entries) {
        const { absent, codec, name } = entry
        const item = Object.hasOwn(input, name) ? input[name] : undefined
        if (item === undefined || (item === null && (absent !== undefined || !codec.takesNull))) {
          if (absent !== undefined) out[name] = absent()
          continue
        }
        const value = codec.decode(item, depth + 1)
        // A Schema of a user's own: `null` is its value, or an absent field.
        if (value instanceof Issue && item === null) continue
        const issue = value instanceof Issue ? value.under(name) : taken(entry, seen)
        if (issue !== undefined) return issue
        out[name] = value
      }
      const unknown = unknownOf(input)
      if (unknown.length > 0) out[unknownFields] = Object.fromEntries(unknown)
      return tooMuch(unknown, depth) ?? out
    },
    encode: (value, depth) => {
      const wrong = refused(isObject(value), "an object", value, depth)
      if (wrong !== undefined) return wrong
      const given = value as Json & { readonly [unknownFields]?: unknown }
      const seen: Seen = {}
      const unknown = unknownOf(Object(given[unknownFields]))
      const out: Array<readonly [name: string, json: unknown]> = []
      for (const entry of entries) {
        const { absent, codec, name } = entry
        const item = given[name]
        if (item === undefined && absent === undefined) continue
        const json = codec.encode(item, depth + 1)
        const issue = json instanceof Issue ? json.under(name) : taken(entry, seen)
        if (issue !== undefined) return issue
        out.push([name, json])
      }
      // Defines `__proto__` like any other key.
      return tooMuch(unknown, depth) ?? Object.fromEntries([...out, ...unknown])
    },
    struct: (open) => structOf(entries, open),
    exclusive: (value) => {
      const seen: Seen = {}
      return Object.fromEntries(
        Object.entries(value).filter(([key]) => taken(table.get(key), seen) === undefined)
      )
    }
  }
}

/** JSON with the JSON names of fields. */
const named = (json: Json, table: ReadonlyMap<string, Entry>): Json => {
  const others = Object.keys(json).filter((key) => !table.has(key) && table.has(jsonName(key)))
  return others.length === 0
    ? json
    : { ...Object.fromEntries(others.map((key) => [jsonName(key), json[key]])), ...json }
}

/** The member that is there, by oneof. */
type Seen = Record<string, string>

/** Refuses a second member of a oneof. */
const taken = (entry: Entry | undefined, seen: Seen): Issue | undefined => {
  if (entry?.oneOf === undefined) return undefined
  const { name, oneOf } = entry
  const other = seen[oneOf]
  seen[oneOf] = name
  return other === undefined
    ? undefined
    : new Issue(undefined, `Expected one of the oneof ${oneOf}, actual ${other} and ${name}`)
}

/** A pair is a level, too. */
const tooMuch = (unknown: ReadonlyArray<unknown>, depth: number): Issue | undefined =>
  isShallow(unknown, maxDepth - depth + 1) ? undefined : new Issue(undefined, tooDeep)

const structOf = (entries: ReadonlyArray<Entry>, open: boolean): Schema.Schema.AnyNoContext => {
  const fields = Object.fromEntries(
    entries.map(({ absent, codec, name }) => [
      name,
      absent === undefined
        ? optional(codec.schema())
        : withDefault(codec.schema(), absent)
    ])
  )
  return open
    ? Schema.Struct(fields, { key: Schema.String, value: Schema.Unknown })
    : Schema.Struct(fields)
}
