/** The catalogue of every service version: against its module, and against examples made of the protos. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Operations } from "effect-lro"
import * as Registry from "effect-lro/services/registry"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import counts from "../scripts/counts.json" with { type: "json" }
import * as Catalogue from "../src/internal/services/catalogue.ts"
import { table } from "../src/internal/services/catalogue/table.ts"
import { fieldsOf, linesOf, load } from "./utils/catalogues.ts"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

const byHand = ["cloudresourcemanager/v1", "cloudresourcemanager/v2", "ml/v1"]

const rpcs = {
  get: "GetOperation",
  list: "ListOperations",
  cancel: "CancelOperation",
  delete: "DeleteOperation",
  wait: "WaitOperation"
} as const

interface MetadataClass {
  readonly identifier: string
  readonly fields: object
}

const isClass = (u: unknown): u is MetadataClass =>
  typeof u === "function" && "identifier" in u && "fields" in u

describe("every service module", () => {
  it("has a catalogue, and no other has", async () => {
    assert.deepStrictEqual(
      Array.from(table.keys()),
      Registry.entries.map(({ module }) => module)
    )
    assert.isUndefined(await Catalogue.load("bakery/v1"))
    assert.isUndefined(await Catalogue.load("constructor"))
  })

  it.effect("says of its methods what the catalogue says", () =>
    Effect.forEach(Registry.entries, ({ module }) =>
      Effect.gen(function*() {
        const { binding, exports, methods } = yield* Registry.load(module)
        const catalogue = yield* Effect.promise(() => load(module))
        assert.deepStrictEqual(
          Array.from(catalogue.methods.keys()).sort(),
          [
            ...methods.map(({ rpc }) => rpc),
            ...Object.keys(binding.methods).map((method) =>
              `google.longrunning.Operations.${rpcs[method as keyof typeof rpcs]}`
            )
          ].sort(),
          module
        )
        for (const method of methods) checkMethod(catalogue, method)
        for (const schema of Object.values(exports).filter(isClass)) {
          assert.sameMembers(
            Object.keys(schema.fields),
            Array.from(catalogue.messages.get(schema.identifier)?.fields.keys() ?? []),
            `${module} ${schema.identifier}`
          )
        }
      }), { discard: true }))

  const checkMethod = (catalogue: Catalogue.Catalogue, method: Operations.AnyMethod): void => {
    const entry = catalogue.methods.get(method.rpc)
    assert.isDefined(entry)
    assert.strictEqual(entry.response, method.response, method.rpc)
    assert.strictEqual(entry.requestId, method.idempotencyField, method.rpc)
    if (isClass(method.metadata)) assert.strictEqual(entry.metadata, method.metadata.identifier)
    const fields = fieldsOf(catalogue.messages.get(entry.request))
    assert.sameMembers(
      fields.map(({ jsonName }) => jsonName),
      Object.keys(method.request),
      method.rpc
    )
    for (const { behaviors, jsonName, shape, type } of fields) {
      const where = `${method.rpc} ${jsonName}`
      const spec = method.request[jsonName]
      assert.isTrue(spec?.required === true || !behaviors.includes("REQUIRED"), where)
      const isMask = shape === "one" && type.name === "google.protobuf.FieldMask"
      assert.strictEqual(spec?.mask === true, isMask, where)
    }
  }

  it("has a catalogue that names nothing which it lacks", async () => {
    for (const module of table.keys()) {
      const { enums, messages, methods } = await load(module)
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
  it("are those of the catalogues, and of a study of the same commit", async () => {
    const inResponses = new Set<string>()
    const inRequests = new Set<string>()
    const messages = new Map<string, Catalogue.Message>()
    const enums = new Set<string>()
    for (const module of Array.from(table.keys()).filter((module) => !byHand.includes(module))) {
      const catalogue = await load(module)
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
      responses: 1144,
      inResponses: inResponses.size,
      inRequests: inRequests.size,
      inEither: new Set([...inResponses, ...inRequests]).size,
      messages: messages.size,
      enums: enums.size,
      fields: fields.length
    })
    assert.deepStrictEqual(
      [inResponses.size, inRequests.size, counts.catalogue.inEither],
      [8299, 8289, 9512]
    )
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
  it(
    "that are made of the protos have no field that the catalogue lacks, and none of another type",
    async () => {
      const examples = linesOf<Example>("metadata.jsonl")
      assert.isAbove(examples.length, 1500)
      for (const { json, module, type } of examples) {
        checkMessage(await load(module), type, json, `${module} ${type}`)
      }
    },
    60_000
  )

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
      const isMap = field.shape === "map"
      assert.strictEqual(
        Array.isArray(value) && field.type.kind !== "wellKnown",
        field.shape === "list" && field.type.kind !== "wellKnown"
      )
      const items: ReadonlyArray<unknown> = isMap
        ? Object.values(value)
        : field.shape === "list"
        ? value
        : [value]
      for (const item of items) checkItem(catalogue, field, item, `${where}.${key}`)
    }
  }

  const checkItem = (
    catalogue: Catalogue.Catalogue,
    { type: { kind, name } }: Catalogue.Field,
    item: unknown,
    where: string
  ): void => {
    if (kind === "message") checkMessage(catalogue, name, Object(item), where)
    else if (kind === "enum") {
      assert.isTrue(catalogue.enums.get(name)?.values.has(String(item)), where)
    } else if (kind === "scalar") {
      assert.strictEqual(typeof item, jsonTypes[name] ?? "number", where)
    }
  }
})

/** The data files of catalogues that Node loads for a program, and the service modules. */
const loadedBy = (program: string): ReadonlyArray<string> => {
  const hooks = `import { writeSync } from "node:fs"
    export const load = (url, context, next) => {
      const file = /\\/src\\/((?:internal\\/)?services\\/.*)\\.ts/.exec(url)?.[1]
      if (file !== undefined) writeSync(1, file + "\\n")
      return next(url, context)
    }`
  const register = `import { register } from "node:module"
    register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}))`
  const node = [
    "--import",
    "tsx",
    "--import",
    `data:text/javascript,${encodeURIComponent(register)}`
  ]
  const output = execFileSync(
    process.execPath,
    [...node, "--input-type=module", "--eval", program],
    { cwd: root, encoding: "utf8" }
  )
  return output.split("\n").filter((line) => line !== "").sort()
}

describe("what is loaded", () => {
  it("for one catalogue is its data and no other's, and no service module", () => {
    assert.deepStrictEqual(
      loadedBy(`
        const { load } = await import("./src/internal/services/catalogue.ts")
        await load("spanner/v1")`),
      [
        "internal/services/catalogue",
        "internal/services/catalogue/shared",
        "internal/services/catalogue/spanner/v1",
        "internal/services/catalogue/table"
      ]
    )
  })

  it("for a client is no catalogue: nothing that it imports leads to one", () => {
    const source = path.join(root, "src")
    const publicModules = fs.readdirSync(source, { encoding: "utf8" }).filter((file) =>
      file.endsWith(".ts") && file !== "testing.ts"
    )
    const services = fs.readdirSync(path.join(source, "services"), {
      recursive: true,
      encoding: "utf8"
    }).filter((file) => file.endsWith(".ts")).map((file) => `services/${file}`)
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      const text = fs.readFileSync(file, "utf8")
      for (const [, specifier = ""] of text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
        visit(path.resolve(path.dirname(file), specifier))
      }
    }
    for (const file of [...publicModules, ...services]) visit(path.join(source, file))
    const catalogues = Array.from(seen).filter((file) =>
      file.startsWith(path.join(source, "internal/services/catalogue"))
    )
    assert.isAbove(seen.size, Registry.entries.length)
    assert.deepStrictEqual(catalogues, [])
  })
})
