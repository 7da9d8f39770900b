// One program for every version of Node: the calls of a client against the operations server on a real port, by NodeTransport, by fetch
// and through a proxy. Prints what became of each as JSON. The arguments are the files of a certificate for other.example and its key.
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { Cause, Effect, Exit, Layer, Schedule, Schema, Stream } from "effect"
import { Credentials, LroError } from "effect-lro"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import * as NodeTransport from "effect-lro/NodeTransport"
import { OperationRef } from "effect-lro/OperationRef"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import assert from "node:assert"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { createServer as createTlsServer } from "node:https"
import { connect } from "node:net"

const { createHub } = NetworkConnectivity
const [cert, key] = process.argv.slice(2).map((file) => readFileSync(file, "utf8"))
const host = "other.example"
const parent = "projects/p/locations/global"
const Stored = Schema.parseJson(OperationRef)
const response = Schema.Struct({ name: Schema.String })
const schedule = Schedule.spaced("50 millis")

const listen = (server) =>
  Effect.acquireRelease(
    Effect.async((resume) => {
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server.address().port)))
    }),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )

/** A token endpoint, and Application Default Credentials that lead to it. */
const adc = Effect.gen(function*() {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader("content-type", "application/json")
    response.end(JSON.stringify({
      access_token: "token",
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 3600
    }))
  })
  const port = yield* listen(server)
  writeFileSync("subject.txt", "subject")
  writeFileSync(
    "adc.json",
    JSON.stringify({
      type: "external_account",
      audience: "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      token_url: `http://127.0.0.1:${port}/v1/token`,
      credential_source: { file: "subject.txt" }
    })
  )
  process.env.GOOGLE_APPLICATION_CREDENTIALS = "adc.json"
})

/** A proxy that makes tunnels and nothing else; every name leads to this machine. */
const proxy = Effect.gen(function*() {
  const asked = []
  const server = createServer((_, response) => response.writeHead(501).end())
  server.on("connect", (request, socket) => {
    asked.push(request.url)
    const through = connect(Number(request.url.split(":").at(-1)), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 Connection Established\r\n\r\n")
      through.pipe(socket).pipe(through)
    })
    through.on("error", () => socket.destroy())
    socket.on("error", () => through.destroy())
  })
  const port = yield* listen(server)
  return { asked, url: `http://127.0.0.1:${port}` }
})

const serverLayer = (create) =>
  Testing.layerServer({ services: [NetworkConnectivity] }).pipe(
    Layer.provide(NodeHttpServer.layer(create, { port: 0, host: "127.0.0.1" }))
  )

/** Runs an effect with a client of the server. */
const withClient = (create, endpointOf, http, credentials) => (effect) =>
  effect.pipe(
    Effect.provide(
      Layer.unwrapEffect(
        Effect.map(Testing.OperationsServer, ({ url }) =>
          NetworkConnectivity.layer({ endpoint: endpointOf(new URL(url).port) }))
      ).pipe(
        Layer.provide([http, credentials]),
        Layer.provideMerge(serverLayer(create))
      )
    )
  )

const start = (script) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    yield* server.script(createHub, script)
    return yield* operations.start(createHub, { parent, hubId: "h", hub: {} })
  })

const hub = `${parent}/hubs/h`

const calls = {
  "start, wait": Effect.gen(function*() {
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const started = yield* start(Testing.succeedAfter("200 millis"))
    const done = yield* operations.untilDone(started, { response, schedule })
    assert.strictEqual(done.name, hub)
  }),
  list: Effect.gen(function*() {
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const { name } = yield* start(Testing.neverDone())
    const all = yield* Stream.runCollect(operations.list({ name: parent }, { pageSize: 1 }))
    assert.ok(Array.from(all).some((operation) => operation.name === name))
  }),
  cancel: Effect.gen(function*() {
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const started = yield* start(Testing.neverDone())
    yield* operations.cancel({ name: started.name })
    const error = yield* Effect.flip(operations.untilDone(started, { response, schedule }))
    assert.strictEqual(error._tag, "OperationCancelled")
  }),
  "an error": Effect.gen(function*() {
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const error = yield* Effect.flip(operations.get({ name: `${parent}/operations/none` }))
    assert.strictEqual(error._tag, "NOT_FOUND")
    assert.ok(LroError.isRpcError(error))
  }),
  "resume from a reference": Effect.gen(function*() {
    const operations = yield* NetworkConnectivity.NetworkConnectivity
    const { ref } = yield* start(Testing.succeedAfter("200 millis"))
    const json = yield* Schema.encode(Stored)(ref)
    const resumed = yield* Schema.decode(Stored)(json)
    const done = yield* operations.untilDone(resumed, { response, schedule })
    assert.strictEqual(done.name, hub)
  })
}

const authorized = (expected) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    for (const { headers } of yield* server.requests) {
      assert.strictEqual(headers.authorization, expected)
    }
  })

const program = Effect.gen(function*() {
  const results = {}
  const note = (what, effect) =>
    Effect.map(Effect.exit(effect), (exit) => {
      results[what] = Exit.isSuccess(exit) ? "ok" : Cause.pretty(exit.cause)
    })
  yield* adc
  const { asked, url } = yield* proxy
  const transports = { NodeTransport: NodeTransport.layer(), fetch: FetchHttpClient.layer }
  for (const [by, http] of Object.entries(transports)) {
    const run = withClient(createServer, (port) => `http://127.0.0.1:${port}`, http, GoogleAuth.layer())
    for (const [what, call] of Object.entries(calls)) {
      yield* note(`${what}, by ${by}`, run(Effect.zipRight(call, authorized("Bearer token"))))
    }
  }
  const tunnelled = (scheme, port) => assert.ok(asked.includes(`${host}:${port}`), `${scheme}: no tunnel`)
  const through = { proxy: url, noProxy: "" }
  const ways = {
    https: [() => createTlsServer({ cert, key }), { ...through, ca: cert }, GoogleAuth.layer(), "Bearer token"],
    // Credentials go over http to this machine only.
    http: [createServer, through, Credentials.layerNone, undefined]
  }
  for (const [scheme, [create, options, credentials, expected]] of Object.entries(ways)) {
    let used
    const endpointOf = (port) => `${scheme}://${host}:${used = port}`
    const run = withClient(create, endpointOf, NodeTransport.layer(options), credentials)
    const call = Effect.zipRight(calls["start, wait"], authorized(expected))
    yield* note(`${scheme} through a proxy`, Effect.tap(run(call), () => Effect.sync(() => tunnelled(scheme, used))))
  }
  return results
})

Effect.runPromise(Effect.scoped(program)).then((results) => console.log(JSON.stringify(results)))
