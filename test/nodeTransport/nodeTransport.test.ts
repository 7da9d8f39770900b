// @effect-diagnostics multipleEffectProvide:off
import { HttpClient, HttpClientRequest, HttpIncomingMessage } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Either, Exit, Fiber, Layer, Option, Scope, Stream } from "effect"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import { type CallError, TransportError } from "effect-lro/LroError"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Zlib from "node:zlib"
import * as Undici from "undici"
import { client, done, name, sleep, until } from "../kit/nodeClient.ts"
import { withTime } from "../kit/services.ts"
import { SettableTime } from "../kit/SettableTime.ts"
import * as Wire from "../kit/wire.ts"

const isTransport = (error: CallError): error is TransportError => error instanceof TransportError

describe("connections", () => {
  it.scopedLive("one connection serves calls one after the other, whatever the pause", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done))
      const bakery = yield* client(wire.origin)
      for (let i = 0; i < 3; i++) {
        yield* bakery.get({ name })
        yield* sleep(150)
      }
      assert.strictEqual(wire.connections.length, 1)
      assert.strictEqual(wire.requests.length, 3)
    }))

  it.scopedLive("a server that keeps connections for less is believed", () =>
    Effect.gen(function*() {
      // undici takes two seconds off a hint, for the way.
      const wire = yield* Wire.serve((_, response) =>
        Wire.json(response, done, { "keep-alive": "timeout=2" })
      )
      const bakery = yield* client(wire.origin)
      yield* bakery.get({ name })
      yield* sleep(100)
      yield* bakery.get({ name })
      assert.strictEqual(wire.connections.length, 2)
    }))

  it.scopedLive("by default they outlive the longest pause between two polls, and have no other time-out", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done))
      const made: Array<Undici.Agent.Options | undefined> = []
      class Agent extends Undici.Agent {
        constructor(options?: Undici.Agent.Options) {
          super(options)
          made.push(options)
        }
      }
      const http = yield* NodeTransport.makeWith(
        {},
        () => Promise.resolve({ ...Undici, Agent })
      )
      yield* Effect.flatMap(http.get(wire.origin), (response) => response.json)
      const [options] = made
      const maxHint = Duration.toMillis("10 minutes")
      assert.isAbove(options?.keepAliveTimeout ?? 0, maxHint)
      assert.isAbove(options?.keepAliveMaxTimeout ?? 0, maxHint)
      assert.deepStrictEqual(
        [made.length, options?.connections, options?.headersTimeout, options?.bodyTimeout],
        [1, 64, 0, 0]
      )
    }))

  it.scopedLive("an idle connection is closed after keepAlive", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done))
      const bakery = yield* client(wire.origin, { keepAlive: "100 millis" })
      yield* bakery.get({ name })
      yield* until(() => wire.connections[0]?.destroyed === true)
      yield* bakery.get({ name })
      assert.strictEqual(wire.connections.length, 2)
    }))

  it.scopedLive("there are never more than allowed", () =>
    Effect.gen(function*() {
      let busy = 0
      let most = 0
      const wire = yield* Wire.serve((_, response) => {
        most = Math.max(most, ++busy)
        setTimeout(() => {
          busy--
          Wire.json(response, done)
        }, 20)
      })
      const bakery = yield* client(wire.origin, { connections: 3 })
      yield* Effect.replicateEffect(bakery.get({ name }), 12, { concurrency: "unbounded" })
      assert.strictEqual(wire.connections.length, 3)
      assert.strictEqual(most, 3)
    }))

  it.scopedLive("the scope of the transport closes all, also those in use", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((request, response) => {
        if (request.url?.endsWith("/o") === true) Wire.json(response, done)
      })
      const scope = yield* Scope.make()
      const bakery = yield* Scope.extend(client(wire.origin), scope)
      yield* bakery.get({ name })
      const hanging = yield* Effect.fork(Effect.flip(bakery.get({ name: `${name}2` })))
      yield* until(() => wire.requests.length === 2)
      yield* Scope.close(scope, Exit.void)
      const error = yield* Fiber.join(hanging)
      assert.isTrue(isTransport(error) && error.reason === "Reset")
      yield* until(() => wire.connections.every(({ destroyed }) => destroyed))
    }))

  it.scopedLive("TLS, with one connection", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done), true)
      const bakery = yield* client(wire.origin, { ca: Wire.ca })
      yield* bakery.get({ name })
      yield* sleep(20)
      yield* bakery.get({ name })
      assert.strictEqual(wire.connections.length, 1)
      const distrustful = yield* client(wire.origin)
      const error = yield* Effect.flip(distrustful.get({ name }))
      assert.isTrue(isTransport(error) && error.reason === "Tls" && error.sent === "no")
    }))

  it.scopedLive("HTTP/2 on request: one connection for all", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve2((stream) => {
        stream.respond({ ":status": 200, "content-type": "application/json" })
        setTimeout(() => stream.end(JSON.stringify(done)), 20)
      })
      const bakery = yield* client(wire.origin, { ca: Wire.ca, http2: true, connections: 1 })
      const replies = yield* Effect.replicateEffect(bakery.get({ name }), 8, {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(replies, Array.from({ length: 8 }, () => done))
      assert.strictEqual(wire.connections.length, 1)
    }))

  it.scopedLive("[9] a refused connection was not sent", () =>
    Effect.gen(function*() {
      const { origin } = yield* Effect.scoped(Wire.serve(() => {}))
      const bakery = yield* client(origin)
      const error = yield* Effect.flip(bakery.get({ name }))
      assert.isTrue(isTransport(error) && error.reason === "Refused" && error.sent === "no")
    }))
})

describe("requests", () => {
  it.scopedLive("carry exactly these heads and bodies", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done))
      const bakery = yield* client(wire.origin)
      yield* bakery.get({ name })
      yield* bakery.cancel({ name })
      const own = [
        `host: 127.0.0.1:${wire.port}`,
        "connection: keep-alive",
        "authorization: Bearer token",
        "accept: application/json"
      ]
      const [get, cancel] = wire.requests
      const known = (lines: ReadonlyArray<string>) =>
        lines.filter((line) => !/^(x-goog-api-client|user-agent): /.test(line)).sort()
      assert.strictEqual(get?.head.length, 7)
      assert.deepStrictEqual(
        known(get?.head ?? []),
        [`GET /v1/${name} HTTP/1.1`, ...own].sort()
      )
      assert.deepStrictEqual(
        known(cancel?.head ?? []),
        [
          `POST /v1/${name}:cancel HTTP/1.1`,
          ...own,
          "content-type: application/json",
          "content-length: 2"
        ].sort()
      )
      assert.strictEqual(cancel?.body, "{}")
    }))

  it.scopedLive("are not redirected", () =>
    Effect.gen(function*() {
      const other = yield* Wire.serve((_, response) => Wire.json(response, done))
      const wire = yield* Wire.serve((_, response) => {
        response.writeHead(307, { location: `${other.origin}/v1/${name}` }).end()
      })
      const bakery = yield* client(wire.origin)
      const error = yield* Effect.flip(bakery.get({ name }))
      assert.isTrue(error._tag === "MalformedResponse" && error.reason === "Redirect")
      assert.strictEqual(other.connections.length, 0)
    }))

  it.scopedLive("close their socket when they are interrupted", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve(() => {})
      const bakery = yield* client(wire.origin)
      const fiber = yield* Effect.fork(bakery.get({ name }))
      yield* until(() => wire.requests.length === 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => wire.aborted.length === 1)
    }))

  it.scopedLive("close it in the middle of a body, too", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => {
        response.writeHead(200, { "content-type": "application/json" }).write("{")
      })
      const bakery = yield* client(wire.origin)
      const fiber = yield* Effect.fork(bakery.get({ name }))
      yield* until(() => wire.requests.length === 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => wire.aborted.length === 1)
    }))

  it.scopedLive("that wait for a connection leave the queue when they are interrupted", () =>
    Effect.gen(function*() {
      let answerSlow: (() => void) | undefined
      const wire = yield* Wire.serve((request, response) => {
        const answer = () => Wire.json(response, done)
        if (request.url?.endsWith("slow") === true) answerSlow = answer
        else answer()
      })
      const bakery = yield* client(wire.origin, { connections: 1 })
      const slow = yield* Effect.fork(bakery.get({ name: `${name}-slow` }))
      yield* until(() => wire.requests.length === 1)
      const queued = yield* Effect.fork(bakery.get({ name: `${name}-queued` }))
      yield* sleep(10)
      yield* Fiber.interrupt(queued)
      answerSlow?.()
      yield* Fiber.join(slow)
      yield* bakery.get({ name })
      assert.deepStrictEqual(
        wire.requests.map(({ head }) => head[0]?.split(" ")[1]?.split("/").at(-1)),
        ["o-slow", "o"]
      )
    }))

  it.scopedLive("[14] are given up after the client's time-out, and their socket is closed", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((request, response) => {
        if (request.url?.endsWith("body") === true) {
          response.writeHead(200, { "content-type": "application/json" }).write("{")
        }
      })
      const time = new SettableTime()
      const bakery = yield* client(wire.origin, {}, { timeout: "30 seconds" })
      for (const [index, slow] of [name, `${name}-body`].entries()) {
        const fiber = yield* Effect.fork(
          withTime(time)(Effect.flip(bakery.get({ name: slow })))
        )
        yield* until(() => wire.requests.length === index + 1)
        time.pass(29_999)
        yield* sleep(20)
        assert.lengthOf(wire.aborted, index)
        time.pass(1)
        const error = yield* Fiber.join(fiber)
        assert.isTrue(isTransport(error) && error.reason === "Timeout")
        yield* until(() => wire.aborted.length === index + 1)
      }
    }))
})

describe("bodies", () => {
  const page = {
    operations: Array.from({ length: 2000 }, (_, i) => ({
      name: `${name}-${i}`,
      metadata: { target: "x".repeat(500) },
      done: false
    }))
  }

  it.scopedLive("a large one arrives whole, in chunks or with a length", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((request, response) => {
        if (request.url?.includes("pageToken") === true) return Wire.json(response, page)
        const text = JSON.stringify({ ...page, nextPageToken: "b" })
        response.writeHead(200, { "content-type": "application/json" })
        for (let i = 0; i < text.length; i += 9_000) response.write(text.slice(i, i + 9_000))
        response.end()
      })
      const bakery = yield* client(wire.origin)
      const all = yield* Stream.runCollect(bakery.list({ name: "projects/p/locations/l" }))
      assert.strictEqual(all.length, 4000)
    }))

  it.scopedLive("one that is too large is cut off while it is read", () =>
    Effect.gen(function*() {
      const endless = (
        response: { readonly write: (text: string) => boolean; readonly destroyed: boolean }
      ) => {
        const more = () => {
          if (response.destroyed) return
          response.write("x".repeat(10_000))
          setTimeout(more, 1)
        }
        more()
      }
      const wire = yield* Wire.serve((request, response) => {
        const declared = request.url?.endsWith("declared") === true
        response.writeHead(200, declared ? { "content-length": 1e9 } : {})
        endless(response)
      })
      const bakery = yield* client(wire.origin, {}, { maxResponseBytes: 50_000 })
      for (const big of [name, `${name}-declared`]) {
        const error = yield* Effect.flip(bakery.get({ name: big }))
        assert.isTrue(error._tag === "MalformedResponse" && error.reason === "TooLarge")
      }
      yield* until(() => wire.aborted.length === 2)
    }))

  const heart = Buffer.from("\u2764")
  const json = (text: Uint8Array) =>
    Buffer.concat([
      Buffer.from(`{"name":"${name}","done":true,"metadata":{"a":"`),
      text,
      Buffer.from("\"}}")
    ])
  const mark = Buffer.from([0xef, 0xbb, 0xbf])

  it.scopedLive.each<readonly [what: string, body: Buffer, metadata: string | undefined]>([
    ["ASCII", json(Buffer.from("x")), "x"],
    ["Latin", json(Buffer.from("\u00e9")), "\u00e9"],
    ["other letters", json(heart), "\u2764"],
    ["letters beyond 16 bits", json(Buffer.from("\ud83c\udf70")), "\ud83c\udf70"],
    ["a byte order mark", Buffer.concat([mark, json(heart)]), "\u2764"],
    ["such a mark within", json(mark), "\ufeff"],
    ["half a letter", json(heart.subarray(0, 2)), undefined],
    ["Latin-1", json(Buffer.from([0xe9])), undefined]
  ])(
    "one of %s is read as UTF-8 or refused, however it is cut",
    ([, body, metadata]) =>
      Effect.gen(function*() {
        let at = 0
        const wire = yield* Wire.serve((_, response) => {
          response.writeHead(200, { "content-type": "application/json" })
          response.write(body.subarray(0, at))
          // Apart, so that they arrive as two chunks.
          setTimeout(() => response.end(body.subarray(at)), 1)
        })
        const bakery = yield* client(wire.origin)
        for (at = 0; at < body.length; at += at < body.length - 8 && at > 4 ? 9 : 1) {
          const reply = yield* Effect.either(bakery.get({ name }))
          if (metadata === undefined) {
            assert.isTrue(Either.isLeft(reply) && reply.left._tag === "MalformedResponse")
            assert.isTrue(
              Either.isLeft(reply) && "reason" in reply.left && reply.left.reason === "InvalidUtf8"
            )
          } else {
            assert.deepStrictEqual(reply, Either.right({ ...done, metadata: { a: metadata } }))
          }
        }
      })
  )

  it.scopedLive("replies that arrive at the same time do not mix", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((request, response) => {
        const id = request.url?.split("-").at(-1) ?? ""
        const text = JSON.stringify({ name: `${name}-${id}`, metadata: id.repeat(50_000) })
        response.writeHead(200, { "content-type": "application/json" })
        for (let i = 0; i < text.length; i += 9_000) response.write(text.slice(i, i + 9_000))
        response.end()
      })
      const bakery = yield* client(wire.origin)
      const ids = Array.from({ length: 20 }, (_, i) => String.fromCharCode(97 + i))
      const replies = yield* Effect.forEach(
        ids,
        (id) => bakery.get({ name: `${name}-${id}` }),
        { concurrency: "unbounded" }
      )
      for (const [i, id] of ids.entries()) {
        assert.strictEqual(replies[i]?.name, `${name}-${id}`)
        assert.strictEqual(replies[i]?.metadata, id.repeat(50_000))
      }
    }))

  it.scopedLive("one that breaks off is a transport error", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => {
        response.writeHead(200, { "content-length": 1000 })
        response.write("{")
        setTimeout(() => response.destroy(), 20)
      })
      const bakery = yield* client(wire.origin)
      const error = yield* Effect.flip(bakery.get({ name }))
      assert.isTrue(isTransport(error) && error.reason === "Truncated")
    }))

  it.scopedLive("one that is packed although nobody asked is unpacked, within the limit", () =>
    Effect.gen(function*() {
      const packed = {
        gzip: Zlib.gzipSync(JSON.stringify(done)),
        deflate: Zlib.deflateSync(JSON.stringify(done)),
        br: Zlib.brotliCompressSync(JSON.stringify(done)),
        bomb: Zlib.gzipSync(Buffer.alloc(10_000_000)),
        corrupt: Zlib.gzipSync(JSON.stringify(done)).subarray(0, 20)
      }
      const wire = yield* Wire.serve((request, response) => {
        const kind = (request.url?.split("-").at(-1) ?? "gzip") as keyof typeof packed
        response.writeHead(200, {
          "content-encoding": kind in Zlib.constants || kind === "deflate" || kind === "br"
            ? kind
            : "gzip"
        })
        response.end(packed[kind])
      })
      const bakery = yield* client(wire.origin, {}, { maxResponseBytes: 100_000 })
      for (const kind of ["gzip", "deflate", "br"]) {
        assert.deepStrictEqual(yield* bakery.get({ name: `${name}-${kind}` }), done)
      }
      const bomb = yield* Effect.flip(bakery.get({ name: `${name}-bomb` }))
      assert.isTrue(bomb._tag === "MalformedResponse" && bomb.reason === "TooLarge")
      const corrupt = yield* Effect.flip(bakery.get({ name: `${name}-corrupt` }))
      assert.isTrue(isTransport(corrupt) && corrupt.reason === "Truncated")
    }))
})

describe("a proxy", () => {
  const variables = [
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy"
  ]

  /** Sets the variables of the process, for the time of the scope. */
  const environment = (set: { readonly [name: string]: string }) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const before = variables.map((name) => [name, process.env[name]] as const)
        for (const name of variables) delete process.env[name]
        Object.assign(process.env, set)
        return before
      }),
      (before) =>
        Effect.sync(() => {
          for (const [name, value] of before) {
            if (value === undefined) delete process.env[name]
            else process.env[name] = value
          }
        })
    )

  it.scopedLive("[30] from the environment tunnels https; loopback bypasses it", () =>
    Effect.gen(function*() {
      const proxy = yield* Wire.proxy()
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done), true)
      yield* environment({ HTTPS_PROXY: proxy.origin })
      const bakery = yield* client(`https://bakery.googleapis.com:${wire.port}`, { ca: Wire.ca })
      assert.deepStrictEqual(yield* bakery.get({ name }), done)
      const local = yield* client(wire.origin, { ca: Wire.ca })
      assert.deepStrictEqual(yield* local.get({ name }), done)
      assert.deepStrictEqual(
        proxy.requests.map(({ head }) => head[0]),
        [`CONNECT bakery.googleapis.com:${wire.port}`]
      )
    }))

  it.scopedLive("serves plain http by a tunnel, over one connection", () =>
    Effect.gen(function*() {
      const proxy = yield* Wire.proxy()
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done))
      const http = yield* NodeTransport.make({ proxy: proxy.origin, noProxy: "" })
      for (let i = 0; i < 2; i++) {
        const response = yield* http.get(`http://bakery.example:${wire.port}/v1/${name}`)
        assert.deepStrictEqual(yield* response.json, done)
        // undici takes a connection again after a turn of the event loop.
        yield* sleep(20)
      }
      assert.strictEqual(proxy.requests.length, 1)
      assert.strictEqual(wire.connections.length, 1)
    }))

  it.scopedLive("[30] is not asked for hosts in NO_PROXY", () =>
    Effect.gen(function*() {
      const proxy = yield* Wire.proxy()
      yield* environment({ https_proxy: proxy.origin, no_proxy: "example.com, .invalid" })
      const bakery = yield* client("https://bakery.invalid")
      const error = yield* Effect.flip(bakery.get({ name }))
      assert.isTrue(isTransport(error) && error.sent === "no")
      assert.strictEqual(proxy.connections.length, 0)
    }))

  it.scopedLive("that refuses is a proxy error, and nothing was sent", () =>
    Effect.gen(function*() {
      const proxy = yield* Wire.proxy(407)
      const bakery = yield* client("https://bakery.example", { proxy: proxy.origin, noProxy: "" })
      const error = yield* Effect.flip(bakery.get({ name }))
      assert.isTrue(isTransport(error) && error.reason === "Proxy" && error.sent === "no")
    }))

  it.scopedLive.each(["FIN", "RST"] as const)(
    "[9] that ends the connection by %s is asked once, is a proxy error, and nothing was sent",
    (how) =>
      Effect.gen(function*() {
        const proxy = yield* Wire.rudeProxy(how)
        const bakery = yield* client(
          "https://bakery.example",
          { proxy: proxy.origin, noProxy: "" },
          { timeout: "2 seconds" }
        )
        const error = yield* Effect.flip(bakery.get({ name }))
        assert.isTrue(isTransport(error))
        assert.deepStrictEqual(isTransport(error) && [error.reason, error.sent], ["Proxy", "no"])
        assert.strictEqual(proxy.connections.length, 1)
      })
  )

  it.effect("that is no URL fails the construction, by name", () =>
    Effect.gen(function*() {
      const problems: Array<string> = []
      for (
        const options of [
          { proxy: "nonsense" },
          { proxy: "socks5://127.0.0.1" },
          { connections: 0 },
          { keepAlive: 0 },
          { connectTimeout: "30 days" }
        ] as const
      ) {
        const error = yield* Effect.flip(Effect.scoped(NodeTransport.make(options)))
        problems.push(error.setting)
      }
      assert.deepStrictEqual(problems, [
        "proxy",
        "proxy",
        "connections",
        "keepAlive",
        "connectTimeout"
      ])
    }))

  it.scopedLive.each(
    [
      ["HTTPS_PROXY", { HTTPS_PROXY: "none" }],
      ["HTTPS_PROXY", { https_proxy: "proxy.example:3128" }],
      ["HTTP_PROXY", { HTTP_PROXY: "socks5://secret@proxy.example" }]
    ] as const
  )(
    "[39] in %s that nothing can be sent through fails the layer: %j",
    ([setting, variables]) =>
      Effect.gen(function*() {
        yield* environment(variables)
        const errors = [
          yield* Effect.flip(NodeTransport.make()),
          yield* Effect.flip(GoogleAuth.make())
        ]
        for (const error of errors) {
          assert.deepStrictEqual([error._tag, error.setting], ["InvalidSettings", setting])
          assert.notInclude(error.message, "proxy.example")
        }
        // An option replaces the variables.
        yield* NodeTransport.make({ proxy: "none" })
      })
  )

  it.effect("and undici that is not there, too", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(
        Effect.scoped(NodeTransport.makeWith({}, () => Promise.reject(new Error("no"))))
      )
      assert.strictEqual(error.setting, "undici")
    }))

  it.effect("and an undici that dispatches nothing, as Bun's own", () =>
    Effect.gen(function*() {
      const Agent = { prototype: {} } as typeof Undici.Agent
      const error = yield* Effect.flip(
        Effect.scoped(NodeTransport.makeWith({}, () => Promise.resolve({ ...Undici, Agent })))
      )
      assert.strictEqual(error.setting, "undici")
      assert.include(error.message, "FetchHttpClient")
    }))
})

describe("an HttpClient", () => {
  it.scopedLive("takes middleware, bodies of every kind, and is read in every way", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((request, response) => {
        response.writeHead(200, {
          "content-type": "application/json",
          "set-cookie": ["a=b", "c=d"]
        })
        response.end(JSON.stringify({ seen: request.headers["x-seen"] }))
      })
      const http = (yield* NodeTransport.make()).pipe(
        HttpClient.mapRequest(HttpClientRequest.setHeader("x-seen", "yes"))
      )
      const url = `${wire.origin}/a?b=c`
      const seen = { seen: "yes" }
      const response = yield* http.get(url)
      assert.deepStrictEqual(yield* response.json, seen)
      assert.strictEqual(yield* response.text, JSON.stringify(seen))
      assert.strictEqual((yield* response.arrayBuffer).byteLength, JSON.stringify(seen).length)
      const post = HttpClientRequest.post(url)
      yield* http.execute(HttpClientRequest.bodyText(post, "text"))
      yield* http.execute(
        HttpClientRequest.bodyStream(post, Stream.make(new Uint8Array([104, 105])))
      )
      const form = new FormData()
      form.set("field", "value")
      form.set("file", new Blob(["content"]), "file.txt")
      yield* http.execute(HttpClientRequest.bodyFormData(post, form))
      const streamed = yield* http.get(url)
      const text = yield* Stream.mkString(Stream.decodeText(streamed.stream))
      assert.strictEqual(text, JSON.stringify(seen))
      yield* until(() => wire.requests.length === 5)
      const [sent] = wire.requests.splice(3, 1)
      assert.deepStrictEqual(wire.requests.map(({ body }) => body), ["", "text", "hi", ""])
      const [type = ""] = sent?.head.filter((line) => line.startsWith("content-type: ")) ?? []
      const [, boundary = "none"] =
        /^content-type: multipart\/form-data; boundary=(.+)$/.exec(type) ?? []
      assert.deepStrictEqual(
        sent?.body.split(`--${boundary}`).map((part) => part.split("\r\n").at(3)),
        [undefined, "value", "", undefined]
      )
    }))

  it.scopedLive("waits for its reader instead of filling memory", () =>
    Effect.gen(function*() {
      let written = 0
      const wire = yield* Wire.serve((_, response) => {
        response.writeHead(200)
        const write = () => {
          while (written < 100_000_000 && !response.destroyed) {
            written += 100_000
            if (!response.write(Buffer.alloc(100_000))) {
              response.once("drain", write)
              return
            }
          }
        }
        write()
      })
      const http = yield* NodeTransport.make()
      const response = yield* http.get(wire.origin)
      yield* sleep(200)
      assert.isBelow(written, 20_000_000)
      const first = yield* Stream.runHead(response.stream)
      assert.isTrue(Option.isSome(first))
      yield* until(() => wire.aborted.length === 1)
    }))

  it.scopedLive("honours platform's body limit", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => {
        response.writeHead(200).end("x".repeat(10_000))
      })
      const http = yield* NodeTransport.make()
      const exit = yield* http.get(wire.origin).pipe(
        Effect.flatMap((response) => response.text),
        HttpIncomingMessage.withMaxBodySize(Option.some(100)),
        Effect.exit
      )
      assert.isTrue(Exit.isFailure(exit))
    }))

  it.scopedLive("takes transformResponse, for its users and for the SDK", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((request, response) =>
        request.url?.endsWith("/o") === true
          ? Wire.json(response, done)
          : response.writeHead(404).end("{}")
      )
      const statuses: Array<number> = []
      const noted = HttpClient.transformResponse(
        Effect.tap(({ status }) => Effect.sync(() => void statuses.push(status)))
      )
      const http = (yield* NodeTransport.make()).pipe(noted)
      const response = yield* http.get(`${wire.origin}/v1/${name}`)
      assert.deepStrictEqual(yield* response.json, done)
      const bakery = yield* client(wire.origin, {}, { transformClient: noted })
      assert.deepStrictEqual(yield* bakery.get({ name }), done)
      yield* Effect.flip(bakery.get({ name: `${name}2` }))
      assert.deepStrictEqual(statuses, [200, 200, 404])
    }))

  it.scopedLive("works for the SDK behind middleware, too", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done))
      const bakery = yield* client(wire.origin, {}, {
        transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-seen", "yes"))
      })
      assert.deepStrictEqual(yield* bakery.get({ name }), done)
      assert.include(wire.requests[0]?.head ?? [], "x-seen: yes")
      assert.isFalse(wire.requests[0]?.head.some((line) => /^(b3|traceparent)/.test(line)))
    }))

  it.scopedLive("is a layer", () =>
    Effect.gen(function*() {
      const wire = yield* Wire.serve((_, response) => Wire.json(response, done))
      const body = yield* HttpClient.get(wire.origin).pipe(
        Effect.flatMap((response) => response.json),
        Effect.provide(NodeTransport.layer()),
        Effect.provide(Layer.empty)
      )
      assert.deepStrictEqual(body, done)
    }))
})
