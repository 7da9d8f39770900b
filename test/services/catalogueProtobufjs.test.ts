/** The catalogues of a few services against what protobufjs by itself makes of the same protos. */
import { assert, describe, it } from "@effect/vitest"
import * as Catalogue from "effect-lro/internal/services/catalogue"
import protobuf from "protobufjs"
import { fieldsOf, linesOf, load } from "../kit/catalogues.ts"

interface Descriptor {
  readonly module: string
  readonly name: string
  readonly json: protobuf.IType | protobuf.IEnum
  readonly options: { readonly [name: string]: ReadonlyArray<Options> }
}

interface Options {
  readonly "(google.api.field_behavior)"?: string
  readonly "(google.api.resource)"?: { readonly type: string; readonly pattern: unknown }
  readonly "(google.api.resource_reference)"?: {
    readonly type?: string
    readonly child_type?: string
  }
}

const withoutDot = (name: string): string => name.replace(/^\./, "")

/** A field as protobufjs reads it, in the words of the catalogue. */
const fieldByProtobuf = (
  field: protobuf.Field,
  options: ReadonlyArray<Options>
): Catalogue.Field => {
  field.resolve()
  const { resolvedType } = field
  const name = resolvedType === null ? field.type : withoutDot(resolvedType.fullName)
  const isWellKnown = Catalogue.wellKnown.has(withoutDot(field.type))
  const isMessage = resolvedType instanceof protobuf.Type
  const isOptional = field.options?.["proto3_optional"] === true
  const oneOf = isOptional ? undefined : field.partOf?.name
  const reference = options.flatMap((o) => o["(google.api.resource_reference)"] ?? [])[0]
  const json: unknown = field.options?.["json_name"]
  return {
    name: field.name,
    jsonName: typeof json === "string"
      ? json
      : field.name.split("_").map((word, i) =>
        i === 0 ? word : word.charAt(0).toUpperCase() + word.slice(1)
      ).join(""),
    type: {
      kind: isWellKnown ? "wellKnown" : isMessage ? "message" : resolvedType ? "enum" : "scalar",
      name
    },
    shape: field.map ? "map" : field.repeated ? "list" : "one",
    key: field instanceof protobuf.MapField ? field.keyType : undefined,
    behaviors: options.flatMap((o) => o["(google.api.field_behavior)"] ?? []) as ReadonlyArray<
      Catalogue.Behavior
    >,
    hasPresence: isOptional || oneOf !== undefined ||
      (isMessage && !field.map && !field.repeated),
    oneOf,
    reference: reference?.type,
    childReference: reference?.child_type
  }
}

describe("protobufjs", () => {
  const descriptors = linesOf<Descriptor>("descriptors.jsonl")

  for (const module of new Set(descriptors.map(({ module }) => module))) {
    it(`reads the same in every field, enum and resource of ${module}`, async () => {
      const catalogue = await load(module)
      const own = descriptors.filter((descriptor) => descriptor.module === module)
      const protos = new protobuf.Root()
      for (const name of Catalogue.wellKnown) {
        const [type = "", ...scope] = name.split(".").reverse()
        protos.define(scope.reverse()).add(
          name === "google.protobuf.NullValue"
            ? new protobuf.Enum(type, {})
            : new protobuf.Type(type)
        )
      }
      for (const { json, name } of own) {
        const [type = "", ...scope] = name.split(".").reverse()
        protos.define(scope.reverse(), { [type]: json })
      }
      const options = new Map(own.flatMap((descriptor) => Object.entries(descriptor.options)))
      const seen = new Set<string>()
      const visit = (name: string): void => {
        if (seen.has(name) || Catalogue.wellKnown.has(name)) return
        seen.add(name)
        const type = protos.lookup(name, [protobuf.Type, protobuf.Enum])
        if (type instanceof protobuf.Enum) {
          const values = Object.fromEntries(catalogue.enums.get(name)?.values ?? [])
          assert.deepStrictEqual(values, { ...type.values }, name)
          return
        }
        assert.instanceOf(type, protobuf.Type)
        const expected = (type as protobuf.Type).fieldsArray.map((field) =>
          fieldByProtobuf(field, options.get(`${name}.${field.name}`) ?? [])
        )
        const message = catalogue.messages.get(name)
        assert.deepStrictEqual(fieldsOf(message), expected, name)
        const resource = options.get(name)?.flatMap((o) => o["(google.api.resource)"] ?? [])[0]
        assert.strictEqual(message?.resource, resource?.type, name)
        if (resource !== undefined) {
          assert.deepStrictEqual(
            catalogue.resources.get(resource.type),
            [resource.pattern].flat() as Array<string>
          )
        }
        for (const { type } of expected) if (type.kind !== "scalar") visit(type.name)
      }
      for (const { metadata, request, response, rpc } of catalogue.methods.values()) {
        if (!rpc.startsWith("google.longrunning.")) {
          ;[request, response, metadata ?? ""].forEach(visit)
        }
      }
      assert.isAbove(seen.size, 20)
    })
  }
})
