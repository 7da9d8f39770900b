/** Every method of every service, and every method that starts an operation, over real sockets: what arrives, byte for byte. */
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Context, Effect, Layer, Redacted, Stream } from "effect"
import { Credentials, Operations } from "effect-lro"
import type * as Catalogue from "effect-lro/internal/services/catalogue"
import * as Testing from "effect-lro/testing"
import { readFileSync } from "node:fs"
import { createServer } from "node:http"
import * as Catalogues from "../kit/catalogues.ts"
import { encode, fill, variables as variablesOf } from "../kit/templates.ts"

interface Row {
  readonly service: string
  readonly version: string
  readonly rpc: string
  readonly verb: string
  readonly path: string
  readonly body: string | null
  readonly fields: ReadonlyArray<{
    readonly name: string
    readonly type: string
    readonly in: "path" | "query" | "body" | "body+path"
    readonly required: boolean
  }>
  readonly idempotencyField: string | null
}

interface Rule {
  readonly service: string
  readonly version: string
  readonly method: "get" | "list" | "cancel" | "delete"
  readonly verb: string
  readonly path: string
  readonly body: string | null
}

const read = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8")
const rows: ReadonlyArray<Row> = read("requests.jsonl").trim().split("\n").map((line) =>
  JSON.parse(line)
)
const rules: ReadonlyArray<Rule> = JSON.parse(read("bindings.json"))

/** `{name=a/*}` and what fills it, by the path to its field in camelCase. */
const variables = (
  path: string
): ReadonlyArray<readonly [field: string, value: string, text: string]> =>
  variablesOf(path).map(({ field, pattern, text }) => [field, fill(pattern), text] as const)

const expand = (path: string): string =>
  variables(path).reduce((out, [, value, text]) => out.replace(text, encode(value)), path)

type Module = { readonly [name: string]: unknown }

const serviceModule = (service: string, version: string): Effect.Effect<Module> =>
  Effect.promise(() =>
    import(`../../src/services/${service.split(".")[0]}/${version}.ts`) as Promise<Module>
  )

const isMethod = (u: unknown): u is Operations.AnyMethod =>
  typeof u === "object" && u !== null && "rpc" in u && "decodeMetadata" in u

const bindingOf = (module: Module) => module["binding"] as Operations.AnyBinding
const methodsOf = (module: Module) => Object.values(module).filter(isMethod)

/** Headers that the transport (fetch over undici) adds. */
const transportHeaders = [
  "host",
  "connection",
  "accept-language",
  "sec-fetch-mode",
  "accept-encoding",
  "content-length"
]

const ownHeaders = (headers: { readonly [name: string]: string }) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !transportHeaders.includes(name)))

const agent = {
  accept: "application/json",
  authorization: "Bearer t0ken",
  "user-agent": "effect-lro/0.1.0",
  "x-goog-api-client": `gl-node/${process.versions.node} gccl/0.1.0 rest/effect-platform`,
  "x-goog-user-project": "quota-project"
}
const withBody = { ...agent, "content-type": "application/json" }

class Any
  extends Context.Tag("test/Any")<Any, Operations.Methods<string, Operations.FilteredListRequest>>()
{}

/** The client of a module and the server that it talks to, on a port. */
const clientAndServer = (module: Module) => {
  const server = Testing.layerServer({ bindings: [bindingOf(module)], methods: methodsOf(module) })
    .pipe(
      Layer.provide(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }))
    )
  const client = Layer.scoped(
    Any,
    Effect.flatMap(Testing.OperationsServer, ({ url }) =>
      Effect.map(
        Operations.make(bindingOf(module), {
          endpoint: url,
          quotaProject: "quota-project",
          retry: "none"
        }),
        // The type of a binding that is only known at run time: all methods, some of them absent.
        (client) => client as unknown as Context.Tag.Service<typeof Any>
      ))
  ).pipe(
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(Credentials.layerToken(Redacted.make("t0ken")))
  )
  return Layer.provideMerge(client, server)
}

const lastRequest = Effect.flatMap(
  Effect.flatMap(Testing.OperationsServer, (server) => server.requests),
  (requests) => Effect.orDie(Arr.last(requests))
)

describe("google.longrunning.Operations of every service", () => {
  const services = Object.values(Arr.groupBy(rules, (rule) => `${rule.service}/${rule.version}`))
  for (const rules of services) {
    const [first] = rules
    it.live(`${first.service} ${first.version}`, () =>
      Effect.gen(function*() {
        const module = yield* serviceModule(first.service, first.version)
        yield* Effect.gen(function*() {
          const client = yield* Any
          const server = yield* Testing.OperationsServer
          for (const rule of rules) {
            const name = variables(rule.path)[0]?.[1] ?? ""
            if (rule.method === "list") {
              const request = name === "" ? {} : { name }
              const filter = "serviceName=example.googleapis.com AND status=done"
              yield* Stream.runDrain(
                client.list({ ...request, filter, pageSize: 7, pageToken: "" }, { maxPages: 1 })
              ).pipe(Effect.catchTag("INVALID_ARGUMENT", () => Effect.void))
              const seen = yield* lastRequest
              assert.strictEqual(
                seen.query,
                "filter=serviceName%3Dexample.googleapis.com%20AND%20status%3Ddone&pageSize=7"
              )
            } else {
              yield* server.put(name, Testing.neverDone())
              yield* client[rule.method]({ name })
              assert.strictEqual((yield* lastRequest).query, "")
            }
            const seen = yield* lastRequest
            assert.strictEqual(seen.verb, rule.verb)
            assert.strictEqual(seen.path, expand(rule.path))
            assert.strictEqual(seen.body, rule.body === "*" ? "{}" : undefined)
            assert.deepStrictEqual(ownHeaders(seen.headers), rule.body === "*" ? withBody : agent)
            if (rule.verb === "POST") {
              assert.strictEqual(seen.headers["content-length"], rule.body === "*" ? "2" : "0")
            }
          }
        }).pipe(Effect.provide(clientAndServer(module)))
      }))
  }
})

describe("every method that starts an operation", () => {
  it("there are 101", () => assert.strictEqual(rows.length, 101))

  const services = Object.values(Arr.groupBy(rows, (row) => `${row.service}/${row.version}`))
  for (const rows of services) {
    const [first] = rows
    it.live(`${first.service} ${first.version}: ${rows.length} methods`, () =>
      Effect.gen(function*() {
        const module = yield* serviceModule(first.service, first.version)
        const methods = methodsOf(module)
        const catalogue = yield* Effect.promise(() =>
          Catalogues.load(`${first.service.split(".")[0]}/${first.version}`)
        )
        assert.strictEqual(methods.length, rows.length)
        yield* Effect.gen(function*() {
          const client = yield* Any
          for (const row of rows) {
            const method = methods.find((method) => method.rpc === row.rpc)
            assert.isDefined(method, row.rpc)
            const { body, query, request } = requestOf(row, catalogue)
            const started = yield* client.start(
              method as Operations.StartMethod<string, unknown, unknown, unknown>,
              request
            )
            assert.strictEqual(started.ref.method, row.rpc)
            const seen = yield* lastRequest
            assert.strictEqual(seen.verb, row.verb, row.rpc)
            assert.strictEqual(seen.path, expand(row.path), row.rpc)
            assert.strictEqual(seen.query, query, row.rpc)
            assert.strictEqual(seen.body, body, row.rpc)
            assert.deepStrictEqual(
              ownHeaders(seen.headers),
              body === undefined ? agent : withBody,
              row.rpc
            )
          }
        }).pipe(Effect.provide(clientAndServer(module)))
      }))
  }
})

/** Sets a query argument and gives the text that has to arrive. */
const queryValue = (
  row: Row,
  field: Row["fields"][number],
  request: Record<string, unknown>
): string => {
  const [value, text] = field.name === row.idempotencyField
    ? [requestId, requestId]
    : field.type === "bool"
    ? [true, "true"]
    : field.type.endsWith("FieldMask")
    ? [["labels", "displayName"], "labels%2CdisplayName"]
    : ["q &=é", "q%20%26%3D%C3%A9"]
  request[field.name] = value
  return text
}

const requestId = "5a3e1f6c-2b7d-4c8e-9f10-a1b2c3d4e5f6"

/** The arguments of a method with every field set, and the query and body that have to arrive. */
const requestOf = (row: Row, catalogue: Catalogue.Catalogue) => {
  const message = catalogue.messages.get(catalogue.methods.get(row.rpc)?.request ?? "")
  const sampleOf = (name: string) => {
    const field = message?.fields.get(name)
    assert.isDefined(field, `${row.rpc} ${name}`)
    return Catalogues.sample(catalogue, field)
  }
  const request: Record<string, unknown> = {}
  const query: Array<string> = []
  const paths = variables(row.path)
  for (const field of row.fields) {
    switch (field.in) {
      case "path":
        request[field.name] = paths.find(([name]) => name === field.name)?.[1]
        break
      case "body":
        request[field.name] = field.name === row.idempotencyField
          ? requestId
          : field.type === "string"
          ? `${field.name} é`
          : field.type === "bool"
          ? true
          : sampleOf(field.name)
        break
      case "body+path": {
        const [name = "", value] = paths.find(([name]) => name.startsWith(`${field.name}.`)) ?? []
        request[field.name] = {
          ...Object(sampleOf(field.name)),
          [name.slice(field.name.length + 1)]: value
        }
        break
      }
      case "query":
        query.push(`${field.name}=${queryValue(row, field, request)}`)
    }
  }
  const inBody = row.fields.filter((field) => field.in.startsWith("body")).map((field) =>
    field.name
  )
  const body = row.body === null
    ? undefined
    : row.body === "*"
    ? JSON.stringify(Object.fromEntries(inBody.map((name) => [name, request[name]])))
    : JSON.stringify(request[inBody[0] ?? ""])
  return { request, query: query.join("&"), body }
}
