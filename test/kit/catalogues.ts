/** Catalogues; what a service module has to say of them; fixtures of a JSON value a line. */
import { assert } from "@effect/vitest"
import { SchemaAST } from "effect"
import * as Catalogue from "effect-lro/internal/services/catalogue"
import { table } from "effect-lro/internal/services/catalogue/table"
import type * as ProtoJson from "effect-lro/ProtoJson"
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

/** The messages of a service module by their full names. */
export const messagesOf = async (module: string): Promise<
  ReadonlyMap<string, ProtoJson.Message<unknown>>
> => {
  const [service, version] = module.split("/")
  const file = `../../src/services/${service}/${version}/messages.ts`
  // A version whose methods start nothing has none.
  if (!fs.existsSync(new URL(file, import.meta.url))) return new Map()
  const exports: { readonly [name: string]: unknown } = await import(
    `../../src/services/${service}/${version}/messages.ts`
  )
  return new Map(
    Object.values(exports).filter(isMessage).map((schema) => [schema.fullName, schema])
  )
}

export const isMessage = (u: unknown): u is ProtoJson.Message<unknown> =>
  typeof u === "object" && u !== null && "fullName" in u

/** The JSON names of the fields of a message. */
export const namesOf = (schema: ProtoJson.Message<unknown>): ReadonlyArray<string> =>
  SchemaAST.getPropertySignatures(SchemaAST.typeAST(schema.ast)).map(({ name }) => String(name))

/** Checks that a service module and its catalogue say the same of methods, requests, responses and metadata. */
export const checkAgainst = (
  { binding, methods, module }: Registry.ServiceModule,
  catalogue: Catalogue.Catalogue | undefined,
  messages: ReadonlyMap<string, ProtoJson.Message<unknown>>
): void => {
  assert.isDefined(catalogue, module)
  assert.sameMembers(
    Array.from(catalogue.methods.keys()),
    methods.map(({ rpc }) => rpc).concat(
      // Those that ask about operations of another kind are no methods of google.longrunning.
      (binding.operationFormat === undefined ? Object.keys(binding.methods) : []).map((method) =>
        `google.longrunning.Operations.${rpcs[method as keyof typeof rpcs]}`
      )
    ),
    module
  )
  for (const method of methods) checkMethod(catalogue, method)
  for (const [name, schema] of messages) {
    assert.deepStrictEqual(
      namesOf(schema),
      fieldsOf(catalogue.messages.get(name)).map(({ jsonName }) => jsonName),
      `${module} ${name}`
    )
  }
}

/** Fields of GKE that only the former templates have, with `zones`: no arguments, and the server takes them all the same. */
const legacy = ["project_id", "zone", "cluster_id", "node_pool_id", "operation_id"]

const checkMethod = (catalogue: Catalogue.Catalogue, method: Registry.StartMethod): void => {
  const entry = catalogue.methods.get(method.rpc)
  assert.isDefined(entry)
  assert.strictEqual(
    entry.response,
    isMessage(method.response) ? method.response.fullName : "google.protobuf.Any",
    method.rpc
  )
  assert.strictEqual(entry.requestId, method.idempotencyField, method.rpc)
  if (isMessage(method.metadata)) assert.strictEqual(entry.metadata, method.metadata.fullName)
  const fields = fieldsOf(catalogue.messages.get(entry.request)).filter(({ name }) =>
    !(method.service.startsWith("container.") && legacy.includes(name))
  )
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
