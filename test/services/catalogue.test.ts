/** The catalogue of every service version: whole in itself, and against examples made of the protos. */
import { assert, describe, it } from "@effect/vitest"
import * as Catalogue from "effect-lro/internal/services/catalogue"
import { table } from "effect-lro/internal/services/catalogue/table"
import * as Registry from "effect-lro/services/registry"
import counts from "../../scripts/counts.json" with { type: "json" }
import { fieldsOf, linesOf, loadAll } from "../kit/catalogues.ts"
import { byHand, extraction } from "../kit/published.ts"

const catalogues = await loadAll()

describe("every service version", () => {
  it("has a catalogue, and no other has", async () => {
    assert.deepStrictEqual(
      Array.from(table.keys()),
      Registry.entries.map(({ module }) => module)
    )
    assert.isUndefined(await Catalogue.load("bakery/v1"))
    assert.isUndefined(await Catalogue.load("constructor"))
  })

  it("has a catalogue that names nothing which it lacks", () => {
    for (const [module, { enums, messages, methods }] of catalogues) {
      const isKnown = (kind: Catalogue.Type["kind"], name: string): boolean =>
        kind === "message"
          ? messages.has(name)
          : kind === "enum"
          ? enums.has(name)
          : (kind === "scalar" ? Catalogue.scalars : Catalogue.wellKnown).has(name)
      for (const { metadata, request, response, rpc } of methods.values()) {
        for (const name of [request, response, metadata ?? "google.protobuf.Empty"]) {
          assert.isTrue(messages.has(name) || Catalogue.wellKnown.has(name), `${rpc} ${name}`)
        }
      }
      for (const message of messages.values()) {
        for (const { jsonName, type } of message.fields.values()) {
          assert.isTrue(isKnown(type.kind, type.name), `${module} ${message.name}.${jsonName}`)
        }
      }
      for (const { name, values } of enums.values()) assert.isAbove(values.size, 0, name)
    }
  })
})

/** All that messages are made of, by full name. */
const reach = (
  catalogue: Catalogue.Catalogue,
  types: ReadonlyArray<string>
): ReadonlySet<string> => {
  const out = new Set<string>()
  const visit = (name: string): void => {
    const isOwn = catalogue.messages.has(name) || catalogue.enums.has(name)
    if (out.has(name) || !isOwn || /^google\.(protobuf|rpc\.Status$)/.test(name)) return
    out.add(name)
    for (const { type } of fieldsOf(catalogue.messages.get(name))) visit(type.name)
  }
  types.forEach(visit)
  return out
}

describe("the counts", () => {
  it("are those of the catalogues, and of a study of the same commit", () => {
    const inResponses = new Set<string>()
    const inRequests = new Set<string>()
    const messages = new Map<string, Catalogue.Message>()
    const enums = new Set<string>()
    for (const [module, catalogue] of catalogues) {
      if (byHand.includes(module)) continue
      for (const { metadata, request, response, rpc } of catalogue.methods.values()) {
        if (rpc.startsWith("google.longrunning.")) continue
        for (const name of reach(catalogue, [response])) inResponses.add(name)
        const inFields = fieldsOf(catalogue.messages.get(request)).filter(({ shape, type }) =>
          shape !== "map" && type.kind === "message"
        )
        for (const name of reach(catalogue, inFields.map(({ type }) => type.name))) {
          inRequests.add(name)
        }
        for (const name of reach(catalogue, [request, response, metadata ?? ""])) {
          const message = catalogue.messages.get(name)
          if (message === undefined) enums.add(name)
          else messages.set(name, message)
        }
      }
    }
    const fields = Array.from(messages.values()).flatMap(fieldsOf)
    assert.deepStrictEqual(counts.catalogue, {
      // What is published, those of methods that no module has, too.
      responses: counts.catalogue.responses,
      inResponses: inResponses.size,
      inRequests: inRequests.size,
      inEither: new Set([...inResponses, ...inRequests]).size,
      messages: messages.size,
      enums: enums.size,
      fields: fields.length
    })
    if (counts.commit === extraction.commit) assert.include(counts.catalogue, extraction.catalogue)
  })
})

interface Example {
  readonly module: string
  readonly type: string
  readonly json: object
}

const jsonTypes: { readonly [scalar: string]: string } = {
  bool: "boolean",
  string: "string",
  bytes: "string",
  int64: "string",
  sint64: "string",
  sfixed64: "string",
  uint64: "string",
  fixed64: "string"
}

describe("the examples", () => {
  it("that are made of the protos have no field that the catalogue lacks, and none of another type", () => {
    const examples = linesOf<Example>("metadata.jsonl")
    assert.isAbove(examples.length, 1500)
    for (const { json, module, type } of examples) {
      const catalogue = catalogues.get(module)
      assert.isDefined(catalogue, module)
      checkMessage(catalogue, type, json, `${module} ${type}`)
    }
  })

  const checkMessage = (
    catalogue: Catalogue.Catalogue,
    name: string,
    json: object,
    where: string
  ): void => {
    const message = catalogue.messages.get(name)
    assert.isDefined(message, where)
    for (const [key, value] of Object.entries(json)) {
      const field = message.fields.get(key)
      assert.isDefined(field, `${where}.${key}`)
      if (field.shape === "list") assert.isArray(value, `${where}.${key}`)
      const items = field.shape === "one" ? [value] : Object.values(value)
      for (const item of items) checkItem(catalogue, field.type, item, `${where}.${key}`)
    }
  }

  const checkItem = (
    catalogue: Catalogue.Catalogue,
    { kind, name }: Catalogue.Type,
    item: unknown,
    where: string
  ): void => {
    if (kind === "message") {
      assert.isObject(item, where)
      checkMessage(catalogue, name, Object(item), where)
    } else if (kind === "enum") {
      assert.isTrue(catalogue.enums.get(name)?.values.has(String(item)), where)
    } else if (kind === "scalar") {
      assert.strictEqual(typeof item, jsonTypes[name] ?? "number", where)
    }
  }
})
