/** Catalogues; what a service module has to say of them; fixtures of a JSON value a line. */
import { assert } from "@effect/vitest"
import * as Catalogue from "effect-lro/internal/services/catalogue"
import { table } from "effect-lro/internal/services/catalogue/table"
import type * as Registry from "effect-lro/services/registry"
import * as fs from "node:fs"

export const load = async (module: string): Promise<Catalogue.Catalogue> => {
  const catalogue = await Catalogue.load(module)
  assert.isDefined(catalogue, module)
  return catalogue
}

/** Every catalogue by its module. */
export const loadAll = async (): Promise<ReadonlyMap<string, Catalogue.Catalogue>> =>
  new Map(
    await Promise.all(
      Array.from(table.keys(), async (module) => [module, await load(module)] as const)
    )
  )

export const fieldsOf = (message: Catalogue.Message | undefined): ReadonlyArray<Catalogue.Field> =>
  Array.from(message?.fields.values() ?? [])

/** The values of `test/fixtures/<name>`. */
export const linesOf = <A>(name: string): ReadonlyArray<A> =>
  fs.readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8").trim().split("\n").map((
    line
  ) => JSON.parse(line))

const scalarSamples: { readonly [scalar: string]: unknown } = {
  string: "q &é",
  bytes: "AQI=",
  bool: true,
  double: 0.5,
  float: 0.5
}

const wellKnownSamples: { readonly [type: string]: unknown } = {
  Any: { "@type": "type.googleapis.com/example.Any" },
  Duration: "1.5s",
  Empty: {},
  FieldMask: "labels,displayName",
  ListValue: ["ü"],
  Struct: { a: "ü" },
  Timestamp: "2026-01-02T03:04:05Z",
  Value: "ü",
  StringValue: "ü",
  BytesValue: "AQI=",
  BoolValue: true
}

/** A value that a field takes, as JSON; messages have what is in them to a depth. */
export const sample = (
  catalogue: Catalogue.Catalogue,
  field: Catalogue.Field,
  depth = 2
): unknown => {
  const { key, shape, type } = field
  const one = sampleOf(catalogue, type, depth)
  if (shape === "list") return [one]
  if (shape === "one") return one
  return { [key === "string" ? "k" : key === "bool" ? "true" : "1"]: one }
}

const sampleOf = (
  catalogue: Catalogue.Catalogue,
  { kind, name }: Catalogue.Type,
  depth: number
): unknown => {
  const message = catalogue.messages.get(name)
  if (message !== undefined) return sampleMessage(catalogue, message, depth)
  if (kind === "enum") return Array.from(catalogue.enums.get(name)?.values.keys() ?? []).at(-1)
  if (kind === "scalar") return scalarSamples[name] ?? 7
  return wellKnownSamples[name.replace("google.protobuf.", "")] ?? 7
}

const sampleMessage = (
  catalogue: Catalogue.Catalogue,
  message: Catalogue.Message,
  depth: number
): { readonly [field: string]: unknown } => {
  const taken = new Set<string>()
  return Object.fromEntries(
    (depth === 0 ? [] : fieldsOf(message).slice(0, 8)).flatMap((field) => {
      if (field.oneOf !== undefined && taken.has(field.oneOf)) return []
      if (field.oneOf !== undefined) taken.add(field.oneOf)
      return [[field.jsonName, sample(catalogue, field, depth - 1)]]
    })
  )
}

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

/** Checks that a service module and its catalogue say the same of methods, requests, responses and metadata. */
export const checkAgainst = (
  { binding, exports, methods, module }: Registry.ServiceModule,
  catalogue: Catalogue.Catalogue | undefined
): void => {
  assert.isDefined(catalogue, module)
  assert.sameMembers(
    Array.from(catalogue.methods.keys()),
    methods.map(({ rpc }) => rpc).concat(
      Object.keys(binding.methods).map((method) =>
        `google.longrunning.Operations.${rpcs[method as keyof typeof rpcs]}`
      )
    ),
    module
  )
  for (const method of methods) checkMethod(catalogue, method)
  for (const schema of Object.values(exports).filter(isClass)) {
    assert.sameMembers(
      Object.keys(schema.fields),
      fieldsOf(catalogue.messages.get(schema.identifier)).map(({ jsonName }) => jsonName),
      `${module} ${schema.identifier}`
    )
  }
}

const checkMethod = (catalogue: Catalogue.Catalogue, method: Registry.StartMethod): void => {
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
  for (const { behaviors, jsonName, name, shape, type } of fields) {
    const where = `${method.rpc} ${jsonName}`
    const spec = method.request[jsonName]
    // Another template does without it.
    const isRedundant = spec?.in === "path" &&
      method.templates.some((template) => !template.includes(`{${name}`))
    assert.isTrue(isRedundant || spec?.required === true || !behaviors.includes("REQUIRED"), where)
    const isMask = shape === "one" && type.name === "google.protobuf.FieldMask"
    assert.strictEqual(spec?.mask === true, isMask, where)
  }
}
