/**
 * Every service module: each method of each binding, and each method that starts an operation, against the testing server, with a name
 * made from each template; and every metadata Schema, with examples made of the protos.
 */
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Layer, Option, Redacted, Schema, Stream } from "effect"
import { Credentials, type Operations } from "effect-lro"
import * as Registry from "effect-lro/services/registry"
import * as Testing from "effect-lro/testing"
import { readFileSync } from "node:fs"
import counts from "../scripts/counts.json" with { type: "json" }
import { encode, fill, variables } from "./utils/templates.ts"

const byHand = ["cloudresourcemanager/v1", "cloudresourcemanager/v2", "ml/v1"]

const load = (module: string) => Effect.orDie(Registry.load(module))

const loadAll = Effect.forEach(Registry.entries, ({ module }) => load(module))

const kinds = ["get", "list", "cancel", "delete", "wait"] as const

const rulesOf = (binding: Operations.AnyBinding) =>
  kinds.flatMap((kind) => {
    const rule = binding.methods[kind]
    return rule === undefined ? [] : [{ kind, rule }]
  })

const sum = (values: ReadonlyArray<number>) => values.reduce((a, b) => a + b, 0)

describe("the counts", () => {
  it("of the published files are those of an independent extraction of the same commit", () => {
    assert.deepStrictEqual(counts.published, {
      services: 146,
      serviceVersions: 246,
      withRules: 221,
      bindings: 2046,
      methods: 2629,
      metadataMessages: 800
    })
  })

  it.effect("of the modules are those that the generator wrote down", () =>
    Effect.gen(function*() {
      const modules = yield* loadAll
      const generated = modules.filter(({ module }) => !byHand.includes(module))
      assert.strictEqual(generated.length, modules.length - byHand.length)
      assert.deepStrictEqual(counts.generated, {
        modules: generated.length,
        bindings: sum(
          generated.flatMap(({ binding }) =>
            rulesOf(binding).map(({ rule }) => rule.templates.length)
          )
        ),
        methods: sum(generated.map(({ methods }) => methods.length)),
        metadataSchemas: sum(
          yield* Effect.forEach(generated, ({ module }) =>
            Effect.map(schemasOf(module), ({ size }) => size))
        )
      })
      // Five methods of Cloud Storage are served over gRPC alone.
      assert.strictEqual(counts.published.methods - counts.generated.methods, 5)
      assert.strictEqual(
        new Set(modules.map(({ service }) =>
          service
        )).size,
        147
      )
    }))

  it.effect("names and titles are those of the entries", () =>
    Effect.gen(function*() {
      for (const entry of Registry.entries) {
        const loaded = yield* load(entry.module)
        assert.strictEqual(loaded.binding.service, entry.service)
        assert.strictEqual(loaded.binding.version, entry.version)
        assert.strictEqual(entry.module, `${entry.service.split(".")[0]}/${entry.version}`)
        assert.match(entry.tag, /^[A-Z]\w+$/)
      }
    }))
})

/** Whether a name fits a pattern; written apart from the code under test. */
const fits = (pattern: string, name: string): boolean => {
  const [head, ...rest] = pattern.split("/")
  const slash = name.indexOf("/")
  const first = slash < 0 ? name : name.slice(0, slash)
  if (head === "**") return name !== ""
  if (head !== "*" && head !== first) return false
  if (rest.length === 0) return slash < 0
  return slash >= 0 && fits(rest.join("/"), name.slice(slash + 1))
}

/** The template that a name belongs to: the first that it fits, those under the version before others. */
const templateFor = (
  binding: Operations.AnyBinding,
  templates: ReadonlyArray<string>,
  name: string
): string => {
  const fitting = templates.filter((template) => fits(variables(template)[0]?.pattern ?? "", name))
  const own = fitting.find((template) => template.startsWith(`/${binding.version}/`))
  return own ?? fitting[0] ?? templates[0] ?? ""
}

/** The path that has to arrive. */
const expand = (template: string, values: ReadonlyArray<string>): string =>
  variables(template).reduce(
    (path, { text }, i) => path.replace(text, encode(values[i] ?? "")),
    template
  )

const bodyOf = (rule: Operations.MethodRule, template: string) =>
  (rule.bodies?.[template] ?? rule.body) === "*" ? "{}" : undefined

const credentials = Credentials.layerToken(Redacted.make("token"))

/** Runs against the server of a module. */
const against = <A, E>(
  loaded: Registry.ServiceModule,
  test: (
    client: Required<Registry.AnyClient>,
    server: Testing.Service
  ) => Effect.Effect<A, E>
) =>
  Effect.gen(function*() {
    const client = yield* loaded.make({ retry: "none" })
    const server = yield* Testing.OperationsServer
    return yield* test(client as Required<Registry.AnyClient>, server)
  }).pipe(
    Effect.scoped,
    Effect.provide(Layer.mergeAll(
      credentials,
      Testing.layer({ bindings: [loaded.binding], methods: loaded.methods, maxWait: 0 })
    ))
  )

/** The request that a call made arrive. */
const arrived = <A, E>(server: Testing.Service, call: Effect.Effect<A, E>) =>
  Effect.gen(function*() {
    const before = (yield* server.requests).length
    yield* call
    const all = yield* server.requests
    assert.strictEqual(all.length, before + 1)
    return yield* Effect.orDie(Arr.last(all))
  })

describe("every method of every binding", () => {
  for (const { module } of Registry.entries) {
    it.effect(module, () =>
      Effect.gen(function*() {
        const loaded = yield* load(module)
        assert.isAbove(rulesOf(loaded.binding).length, 0)
        yield* against(loaded, (client, server) =>
          Effect.forEach(rulesOf(loaded.binding), ({ kind, rule }) =>
            Effect.forEach(rule.templates, (template) =>
              Effect.gen(function*() {
                const name = fill(variables(template)[0]?.pattern ?? "")
                if (kind !== "list") {
                  yield* server.put(name, Testing.neverDone())
                }
                const filter = rule.filter === undefined ? {} : { filter: "serviceName=a" }
                const { body, method, path, verb } = yield* arrived(
                  server,
                  kind === "list"
                    ? Stream.runDrain(client.list({ ...(name === "" ? {} : { name }), ...filter }))
                    : Effect.asVoid(client[kind]({ name }))
                )
                const expected = templateFor(loaded.binding, rule.templates, name)
                assert.deepStrictEqual({ body, method, path, verb }, {
                  body: bodyOf(rule, expected),
                  method: kind,
                  path: expand(expected, [name]),
                  verb: rule.verb
                })
              }))))
      }))
  }
})

const requestId = "5a3e1f6c-2b7d-4c8e-9f10-a1b2c3d4e5f6"

type Json = Record<string, unknown>

/** The arguments that fill a template, and the query and the body that have to arrive. */
const callOf = (method: Operations.AnyMethod, template: string) => {
  const request: Json = {}
  const query: Array<string> = []
  const body: Json = {}
  const paths = variables(template).map(({ field, pattern }) => [field, fill(pattern)] as const)
  for (const [name, { in: place, mask, required }] of Object.entries(method.request)) {
    const whole = paths.find(([field]) => field === name)
    const isLoose = place === "path" && whole === undefined
    if (whole !== undefined) request[name] = whole[1]
    else if (isLoose && required !== true) continue
    else if (place === "query" || (isLoose && method.body !== "*")) {
      const isId = name === method.idempotencyField
      request[name] = mask === true ? ["labels", "displayName"] : isId ? requestId : "q &é"
      query.push(
        `${name}=${mask === true ? "labels%2CdisplayName" : isId ? requestId : "q%20%26%C3%A9"}`
      )
    } else {
      const content: Json = { labels: { a: "ü" } }
      for (const [field, value] of paths) {
        const [first, ...rest] = field.split(".")
        if (first === name) setAt(content, rest, value)
      }
      const isId = name === method.idempotencyField
      request[name] = isId ? requestId : mask === true ? ["a", "b"] : content
      body[name] = mask === true ? "a,b" : request[name]
    }
  }
  return {
    request,
    expected: {
      query: query.join("&"),
      body: method.body === undefined
        ? undefined
        : method.body === "*"
        ? body
        : body[method.body] ?? {},
      path: expand(template, paths.map(([, value]) => value)),
      verb: method.verb,
      rpc: method.rpc
    }
  }
}

const setAt = (into: Json, [head = "", ...rest]: ReadonlyArray<string>, value: unknown): void => {
  if (rest.length === 0) into[head] = value
  else setAt((into[head] ??= {}) as Json, rest, value)
}

describe("every method that starts an operation", () => {
  for (const { module } of Registry.entries) {
    it.effect(module, () =>
      Effect.gen(function*() {
        const loaded = yield* load(module)
        assert.strictEqual(
          new Set(loaded.methods.map(({ rpc }) => rpc)).size,
          loaded.methods.length
        )
        yield* against(loaded, (client, server) =>
          Effect.forEach(loaded.methods, (method) =>
            Effect.forEach(method.templates, (template) =>
              Effect.gen(function*() {
                const { expected, request } = callOf(method, template)
                const { body, path, query, rpc, verb } = yield* arrived(
                  server,
                  client.start(method, request)
                )
                const got = {
                  query,
                  body: body === undefined ? undefined : JSON.parse(body),
                  path,
                  verb,
                  rpc
                }
                assert.deepStrictEqual(got, expected, method.rpc)
              }))))
      }))
  }
})

interface MessageSchema extends Schema.Schema<unknown, unknown> {
  readonly identifier: string
  readonly fields: Schema.Struct.Fields
}

const isMessageSchema = (u: unknown): u is MessageSchema =>
  typeof u === "function" && "identifier" in u && "fields" in u

/** The Schemas of a module by the full names of their messages. */
const schemasOf = (module: string): Effect.Effect<ReadonlyMap<string, MessageSchema>> =>
  Effect.map(load(module), ({ exports }) =>
    new Map(
      Object.values(exports).filter(isMessageSchema).map((schema) => [schema.identifier, schema])
    ))

interface Example {
  readonly module: string
  readonly type: string
  readonly json: Json
}

const examples: ReadonlyArray<Example> = readFileSync(
  new URL("./fixtures/metadata.jsonl", import.meta.url),
  "utf8"
).trim().split("\n").map((line) => JSON.parse(line))

/** Where a value lacks what another one has: the path to the first difference. */
const missing = (value: unknown, part: unknown, path = ""): string | undefined => {
  if (typeof part !== "object" || part === null) {
    return Object.is(value, part) ? undefined : `${path}: ${String(value)} is not ${String(part)}`
  }
  if (typeof value !== "object" || value === null) return `${path}: no object`
  for (const [key, inside] of Object.entries(part)) {
    const found = missing(Reflect.get(value, key), inside, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

describe("every metadata Schema", () => {
  for (const [module, own] of Object.entries(Arr.groupBy(examples, ({ module }) => module))) {
    it.effect(`of ${module}: ${own.length} examples`, () =>
      Effect.gen(function*() {
        const schemas = yield* schemasOf(module)
        assert.deepStrictEqual(
          Array.from(schemas.keys()).sort(),
          Array.from(new Set(own.map(({ type }) => type))).sort()
        )
        for (const { json, type } of own) {
          const schema = yield* Effect.orDie(Option.fromNullable(schemas.get(type)))
          const decode = Schema.decodeUnknown(schema)
          const decoded = yield* decode(json)
          // Of the same type, nothing lost: what is written again has all that was read.
          const again = yield* Schema.encode(schema)(decoded)
          assert.isUndefined(missing(again, json), `${type}${missing(again, json)}`)
          const newer = yield* decode({ ...json, notThereYet: { a: [1] } })
          const known = Object.keys(schema.fields)
          assert.deepStrictEqual(
            known.map((field) => Reflect.get(Object(newer), field)),
            known.map((field) => Reflect.get(Object(decoded), field))
          )
          yield* decode({})
        }
      }))
  }

  it("has an example", () => {
    assert.strictEqual(
      new Set(examples.map(({ module, type }) => `${module} ${type}`)).size,
      counts.generated.metadataSchemas
    )
  })
})
