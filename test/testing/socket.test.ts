import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Layer } from "effect"
import * as Testing from "effect-lro/testing"
import { createServer, request } from "node:http"
import { bindings, methods } from "../kit/testing/bindings.ts"
import { contract } from "../kit/testing/contract.ts"
import { type Got, type Lost, Sender, type Sent } from "../kit/testing/harness.ts"

/** Sends exactly this path, over a connection of its own. */
const sendTo = (url: string, sent: Sent): Effect.Effect<Got, Lost> =>
  Effect.async((resume) => {
    const { hostname, port } = new URL(url)
    const call = request({
      hostname,
      port,
      method: sent.verb,
      path: sent.query === undefined || sent.query === ""
        ? sent.path
        : `${sent.path}?${sent.query}`,
      headers: {
        ...sent.headers,
        ...(sent.host === undefined ? {} : { host: sent.host }),
        ...(sent.body === undefined ? {} : { "content-length": Buffer.byteLength(sent.body) })
      },
      agent: false
    }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk) => chunks.push(chunk))
      response.on("error", () => resume(Effect.fail({ _tag: "Lost" })))
      response.on("end", () =>
        resume(Effect.succeed({
          status: response.statusCode ?? 0,
          type: response.headers["content-type"] ?? null,
          text: Buffer.concat(chunks).toString("utf8")
        })))
    })
    call.on("error", () => resume(Effect.fail({ _tag: "Lost" })))
    call.end(sent.body)
    return Effect.sync(() => call.destroy())
  })

const HttpServerLayer = NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" }).pipe(
  Layer.orDie
)

const serverLayer = (options: Testing.Options) =>
  Testing.layerServer(options).pipe(Layer.provide(HttpServerLayer))

const SenderLayer = Layer.effect(
  Sender,
  Effect.map(Testing.OperationsServer, ({ url }) => (sent: Sent) => sendTo(url, sent))
)

contract(
  "operations server, on a port",
  (options) => SenderLayer.pipe(Layer.provideMerge(serverLayer(options)))
)

describe("operations server, on a port only", () => {
  const name = "projects/p/locations/global/operations/o"

  it.effect("is reached by fetch at its url", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/)
      yield* server.put(name, Testing.neverDone())
      const cancelled = yield* Effect.promise(() =>
        fetch(`${server.url}/v1/${name}:cancel`, { method: "POST", body: "{}" })
      )
      assert.deepStrictEqual(yield* Effect.promise(() => cancelled.json()), {})
      const reply = yield* Effect.promise(() => fetch(`${server.url}/v1/${name}`))
      assert.strictEqual(reply.headers.get("content-type"), "application/json; charset=UTF-8")
      const operation = yield* Effect.promise(() => reply.json())
      assert.strictEqual(operation.error.code, 1)
    }).pipe(Effect.provide(serverLayer({ bindings }))))

  it.effect("sees paths raw: encoded, with dots and empty segments", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const paths = [
        "/v1/projects/p/locations/l/operations/..",
        "/v1/projects/p/locations/l/operations/%2e%2E",
        "/v1/../secret",
        "//v1//operations/a%2Fb",
        "/v1/operations/%zz",
        "/v1/operations/a%C3%A9",
        "*"
      ]
      for (const path of paths) yield* sendTo(server.url, { verb: "GET", path })
      const requests = yield* server.requests
      assert.deepStrictEqual(requests.map((recorded) => recorded.path), paths)
      assert.deepStrictEqual(requests.map((recorded) => recorded.name), [
        "projects/p/locations/l/operations/..",
        "projects/p/locations/l/operations/..",
        undefined,
        undefined,
        undefined,
        "operations/aé",
        undefined
      ])
    }).pipe(Effect.provide(serverLayer({ bindings }))))

  it.effect("takes a request that names the whole URL, as a proxy gets it", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      const reply = yield* sendTo(server.url, {
        verb: "GET",
        path: `http://networkconnectivity.googleapis.com/v1/${name}`,
        query: "a=%3F?b",
        host: "networkconnectivity.googleapis.com"
      })
      assert.strictEqual(reply.status, 400)
      const [request] = yield* server.requests
      assert.deepStrictEqual([request?.path, request?.query, request?.name], [
        `/v1/${name}`,
        "a=%3F?b",
        name
      ])
    }).pipe(Effect.provide(serverLayer({ bindings }))))

  it.effect("records an empty body as none, and headers in lower case", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      yield* sendTo(server.url, {
        verb: "POST",
        path: `/v1/${name}:cancel`,
        headers: { "Content-Length": "0", "X-A": "b" }
      })
      const [request] = yield* server.requests
      assert.isUndefined(request?.body)
      assert.strictEqual(request?.headers["content-length"], "0")
      assert.strictEqual(request?.headers["x-a"], "b")
    }).pipe(Effect.provide(serverLayer({ bindings }))))

  it.effect("sends bytes as they are, and lets a client hang up on a reply that is held back", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.fail(
        {},
        Testing.replyWith({ status: 200, body: new Uint8Array([0xff, 0x00, 0xfe]) })
      )
      const reply = yield* Effect.promise(() => fetch(`${server.url}/v1/${name}`))
      const bytes = new Uint8Array(yield* Effect.promise(() => reply.arrayBuffer()))
      assert.deepStrictEqual([...bytes], [0xff, 0x00, 0xfe])
      assert.isNull(reply.headers.get("content-type"))
      yield* server.fail({}, Testing.replyWith({ status: 204 }))
      const empty = yield* Effect.promise(() =>
        fetch(`${server.url}/v1/${name}`, { method: "DELETE" })
      )
      assert.deepStrictEqual([empty.status, yield* Effect.promise(() => empty.text())], [204, ""])
      yield* server.fail({}, Testing.delayReply(Duration.infinity))
      const aborted = yield* Effect.promise(() =>
        fetch(`${server.url}/v1/${name}`, { signal: AbortSignal.timeout(50) }).then(
          () => "replied",
          (error: Error) => error.name
        )
      )
      assert.strictEqual(aborted, "TimeoutError")
    }).pipe(Effect.provide(serverLayer({ bindings }))))

  it.live("keeps real time under the live clock", () =>
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.endAfter("20 millis"))
      yield* Effect.sleep("40 millis")
      const reply = yield* sendTo(server.url, { verb: "GET", path: `/v1/${name}` })
      assert.deepStrictEqual(JSON.parse(reply.text), { name, done: true })
    }).pipe(Effect.provide(serverLayer({ bindings, methods }))))
})
