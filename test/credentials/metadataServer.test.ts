import { FetchHttpClient, HttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Either, Fiber, Layer, Option, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { CredentialsError } from "effect-lro/LroError"
import * as MetadataServer from "effect-lro/MetadataServer"
import { inspect } from "node:util"
import { EnvHttpProxyAgent } from "undici"
import * as FakeGoogle from "../kit/fakeGoogle.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { get, get64, request, scope } from "../kit/googleFixtures.ts"
import { inTime } from "../kit/inTime.ts"
import { settings } from "../kit/services.ts"

const headers = { "metadata-flavor": "Google" }
const token = (access_token: string, expires_in = 3599) =>
  FakeHttp.json({ access_token, expires_in, token_type: "Bearer" }, { headers })
const text = (body: string, status = 200) => new Response(body, { status, headers })

/** A metadata server in memory, and an environment that is empty but for `variables`. */
const server = (handler: FakeHttp.Handler, variables: Record<string, string> = {}) =>
  Layer.merge(
    FakeHttp.layer(handler),
    settings(variables)
  )

const urls = Effect.map(FakeHttp.calls, (calls) => calls.map(({ url }) => url))
const instants = Effect.map(FakeHttp.calls, (calls) => calls.map(({ at }) => at))

const failure = (service: Credentials.Service) =>
  Effect.gen(function*() {
    const error = yield* inTime(Effect.flip(service.headers(request)), "30 seconds")
    assert.instanceOf(error, CredentialsError)
    for (
      const said of [
        inspect(error, { depth: 10 }),
        JSON.stringify(error),
        error.message,
        Cause.pretty(Cause.fail(error))
      ]
    ) assert.isFalse(said.includes("canary"), said)
    return error
  })

describe("MetadataServer", () => {
  it.scoped("asks the server of the machine, once for 64 callers", () =>
    Effect.gen(function*() {
      const service = yield* MetadataServer.make()
      assert.strictEqual(service.kind, "token")
      assert.deepStrictEqual(yield* urls, [])
      assert.deepStrictEqual(yield* get64(service), ["Bearer t0"])
      assert.deepStrictEqual(yield* get(service), { authorization: "Bearer t0" })
      const [call, ...rest] = yield* FakeHttp.calls
      assert.deepStrictEqual(rest, [])
      assert.strictEqual(
        call?.url,
        `http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token?scopes=${
          encodeURIComponent(scope)
        }`
      )
      assert.deepStrictEqual(
        { verb: call?.verb, headers: { ...call?.headers }, body: call?.body },
        { verb: "GET", headers: { "metadata-flavor": "Google" }, body: undefined }
      )
    }).pipe(Effect.provide(server((_, index) => token(`t${index}`)))))

  it.scoped("an account by its address, per set of scopes", () =>
    Effect.gen(function*() {
      const service = yield* MetadataServer.make({ serviceAccount: "sa@p.iam.gserviceaccount.com" })
      yield* service.headers({ scopes: ["b", "a"], host: "lro.test" })
      yield* service.headers({ scopes: [], host: "lro.test" })
      const path =
        "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/sa@p.iam.gserviceaccount.com/token"
      assert.deepStrictEqual(yield* urls, [`${path}?scopes=a%2Cb`, path])
    }).pipe(Effect.provide(server(() => token("t")))))

  it.scoped.each([
    [{}, { GCE_METADATA_HOST: "mds.test:8080" }, "http://mds.test:8080"],
    [{}, { GCE_METADATA_HOST: "http://mds.test/" }, "http://mds.test"],
    [{}, { GCE_METADATA_HOST: "[fd20:ce::254]" }, "http://[fd20:ce::254]"],
    [{ host: "own.test" }, { GCE_METADATA_HOST: "mds.test" }, "http://own.test"],
    [{}, { GCE_METADATA_HOST: "" }, "http://169.254.169.254"]
  ] as ReadonlyArray<[MetadataServer.Options, Record<string, string>, string]>)(
    "the host of %j and %j",
    ([options, variables, origin]) =>
      Effect.gen(function*() {
        yield* get(yield* MetadataServer.make(options))
        assert.isTrue((yield* urls)[0]?.startsWith(`${origin}/computeMetadata/v1/`))
      }).pipe(Effect.provide(server(() => token("t"), variables)))
  )

  it.scoped.each([
    [{ host: "https://mds.test" }, {}, "host"],
    [{ host: "user@mds.test" }, {}, "host"],
    [{ host: "mds.test/path" }, {}, "host"],
    [{ host: "mds.test?x" }, {}, "host"],
    [{ host: "a b" }, {}, "host"],
    [{ host: "" }, {}, "host"],
    [{}, { GCE_METADATA_HOST: "file:///etc/passwd" }, "GCE_METADATA_HOST"],
    [{ serviceAccount: "../../x" }, {}, "serviceAccount"],
    [{ serviceAccount: ".." }, {}, "serviceAccount"],
    [{ serviceAccount: "" }, {}, "serviceAccount"],
    [{ universeDomain: "https://x" }, {}, "universeDomain"]
  ] as ReadonlyArray<[MetadataServer.Options, Record<string, string>, string]>)(
    "refuses %j with %j",
    ([options, variables, setting]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(MetadataServer.make(options))
        assert.deepStrictEqual([error._tag, error.setting], ["InvalidSettings", setting])
        assert.deepStrictEqual(yield* urls, [])
      }).pipe(Effect.provide(server(() => token("t"), variables)))
  )

  describe("universe domain", () => {
    const universe = (handler: FakeHttp.Handler, options?: MetadataServer.Options) =>
      Effect.gen(function*() {
        const service = yield* MetadataServer.make(options)
        const first = yield* inTime(Effect.either(service.universeDomain), "30 seconds")
        const second = yield* inTime(Effect.either(service.universeDomain), "30 seconds")
        return { first, second, urls: yield* urls }
      }).pipe(Effect.provide(server(handler)))

    it.scoped.each([
      ["what the server says", () => text("example.com\n"), "example.com"],
      ["googleapis.com if it says nothing", () => text(""), "googleapis.com"],
      ["googleapis.com if it does not know", () => text("<html>", 404), "googleapis.com"]
    ] as ReadonlyArray<[string, FakeHttp.Handler, string]>)(
      "%s, asked once",
      ([, handler, expected]) =>
        Effect.gen(function*() {
          const answer = yield* universe(handler)
          assert.deepStrictEqual(answer.first, Either.right(Option.some(expected)))
          assert.deepStrictEqual(answer.second, answer.first)
          assert.deepStrictEqual(answer.urls, [
            "http://169.254.169.254/computeMetadata/v1/universe/universe-domain"
          ])
        })
    )

    it.scoped("the option, without asking", () =>
      Effect.gen(function*() {
        const answer = yield* universe(() => text("other.com"), { universeDomain: "example.com" })
        assert.deepStrictEqual(answer.first, Either.right(Option.some("example.com")))
        assert.deepStrictEqual(answer.urls, [])
      }))

    it.scoped.each([
      ["an outage", () => text("", 503)],
      ["a page of another server", () => new Response("<html>")],
      ["no domain", () => text("<html>")],
      ["a refusal", () => text("", 403)]
    ] as ReadonlyArray<[string, FakeHttp.Handler]>)(
      "%s is an error, and asked again",
      ([, failing]) =>
        Effect.gen(function*() {
          let broken = true
          const handler: FakeHttp.Handler = (...args) =>
            broken ? failing(...args) : text("example.com")
          yield* Effect.gen(function*() {
            const service = yield* MetadataServer.make()
            const error = yield* inTime(Effect.flip(service.universeDomain), "30 seconds")
            assert.strictEqual(error._tag, "CredentialsError")
            broken = false
            assert.deepStrictEqual(yield* service.universeDomain, Option.some("example.com"))
          }).pipe(Effect.provide(server(handler)))
        })
    )
  })

  describe("failures", () => {
    it.scoped("a server that hangs: three attempts of three seconds, then again", () => {
      let hangs = true
      return Effect.gen(function*() {
        const service = yield* MetadataServer.make()
        const error = yield* failure(service)
        assert.deepStrictEqual([error.reason, error.transient], ["Timeout", true])
        assert.include(error.message, "gave no reply within 3 seconds")
        assert.deepStrictEqual(yield* instants, [0, 3_100, 6_300])
        hangs = false
        assert.deepStrictEqual(yield* get(service), { authorization: "Bearer t" })
      }).pipe(Effect.provide(server(() => hangs ? Effect.never : token("t"))))
    })

    it.scoped.each([
      ["503", () => text("canary", 503), "answered HTTP 503"],
      ["429", () => text("canary", 429), "answered HTTP 429"],
      ["a connection that breaks", () => FakeHttp.broken("ECONNRESET"), "ECONNRESET"],
      [
        "a body that breaks off",
        () => FakeHttp.truncated("{\"access", "ECONNRESET", { headers }),
        "gave no reply"
      ],
      ["an endless body", () => text("canary".repeat(20_000)), "more than 65536 bytes"]
    ] as ReadonlyArray<[string, FakeHttp.Handler, string]>)(
      "%s is transient and tried three times; the absence is not remembered",
      ([, failing, part]) => {
        let broken = true
        return Effect.gen(function*() {
          const service = yield* MetadataServer.make()
          const error = yield* failure(service)
          assert.deepStrictEqual([error.reason, error.transient], ["Unavailable", true])
          assert.include(error.message, part)
          assert.deepStrictEqual(yield* instants, [0, 100, 300])
          broken = false
          assert.deepStrictEqual(yield* get(service), { authorization: "Bearer t" })
        }).pipe(Effect.provide(server((...args) => broken ? failing(...args) : token("t"))))
      }
    )

    it.scoped("[29] a server that is not up yet is asked again within the ten seconds of a refresh", () => {
      let isUp = false
      return Effect.gen(function*() {
        const service = yield* MetadataServer.make()
        const error = yield* failure(service)
        assert.deepStrictEqual([error.reason, error.transient], ["Unavailable", true])
        assert.include(error.message, "ECONNREFUSED")
        const seconds = [1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5, 8.5]
        assert.deepStrictEqual(yield* instants, [
          0,
          100,
          300,
          700,
          ...seconds.map((at) => at * 1000)
        ])
        const fiber = yield* Effect.fork(get(service))
        yield* TestClock.adjust("4 seconds")
        isUp = true
        yield* TestClock.adjust("1 second")
        assert.deepStrictEqual(yield* Fiber.join(fiber), { authorization: "Bearer t" })
      }).pipe(Effect.provide(server(() => isUp ? token("t") : FakeHttp.broken("ECONNREFUSED"))))
    })

    it.scoped("two bad replies are made good by the third", () =>
      Effect.gen(function*() {
        const service = yield* MetadataServer.make()
        assert.deepStrictEqual(yield* inTime(get(service), "1 second"), {
          authorization: "Bearer t2"
        })
      }).pipe(Effect.provide(server((_, index) => index < 2 ? text("", 503) : token(`t${index}`)))))

    it.scoped.each([
      [
        "a reply without the flavour",
        () => FakeHttp.json({ access_token: "canary", expires_in: 9 }),
        "has no `Metadata-Flavor"
      ],
      [
        "another flavour",
        () =>
          FakeHttp.json({ access_token: "canary", expires_in: 9 }, {
            headers: { "metadata-flavor": "Vanilla" }
          }),
        "has no `Metadata-Flavor"
      ],
      ["a page of the server", () => text("<html>canary</html>"), "without a token"],
      ["an empty reply", () => text(""), "without a token"],
      [
        "no lifetime",
        () => FakeHttp.json({ access_token: "canary" }, { headers }),
        "without a token"
      ],
      [
        "a redirect",
        () => new Response("", { status: 302, headers: { location: "http://evil.test" } }),
        "HTTP 302"
      ],
      ["404 of another server", () => FakeHttp.html(404), "HTTP 404"]
    ] as ReadonlyArray<[string, FakeHttp.Handler, string]>)(
      "%s gives no token and is transient",
      ([, handler, part]) =>
        Effect.gen(function*() {
          const error = yield* failure(yield* MetadataServer.make())
          assert.deepStrictEqual([error.reason, error.transient], ["Unavailable", true])
          assert.include(error.message, part)
          assert.strictEqual((yield* urls).length, 1)
        }).pipe(Effect.provide(server(handler)))
    )

    it.scoped.each([403, 404, 400])(
      "%s of the server is permanent, and asked again later",
      (status) => {
        let refuses = true
        return Effect.gen(function*() {
          const service = yield* MetadataServer.make()
          const error = yield* failure(service)
          assert.deepStrictEqual([error.reason, error.transient], ["Rejected", false])
          assert.include(error.message, `answered HTTP ${status}`)
          assert.strictEqual((yield* urls).length, 1)
          refuses = false
          assert.deepStrictEqual(yield* get(service), { authorization: "Bearer t" })
        }).pipe(Effect.provide(server(() => refuses ? text("canary", status) : token("t"))))
      }
    )

    it.scoped("a token that no header can carry is refused", () =>
      Effect.gen(function*() {
        const error = yield* failure(yield* MetadataServer.make())
        assert.deepStrictEqual([error.reason, error.transient], ["Invalid", false])
      }).pipe(Effect.provide(server(() => token("canary\r\nx: y")))))
  })

  it.scoped.each([200, 0, -3600])(
    "tokens with %s seconds left are asked for every ten seconds at most",
    (left) =>
      Effect.gen(function*() {
        const service = yield* MetadataServer.make()
        for (let at = 0; at < 31_000; at += 500) {
          yield* TestClock.setTime(at)
          assert.deepStrictEqual(yield* get(service), { authorization: "Bearer same" })
        }
        assert.deepStrictEqual(yield* instants, [0, 10_000, 20_000, 30_000])
      }).pipe(Effect.provide(server(() => token("same", left))))
  )

  describe("over sockets", () => {
    it.scopedLive.each(
      [
        ["fetch", FetchHttpClient.layer],
        ["undici", NodeHttpClient.layerUndici],
        ["node:http", NodeHttpClient.layer]
      ] as const
    )("%s: token, universe, and another token after a 401", ([, client]) =>
      Effect.gen(function*() {
        const google = yield* FakeGoogle.make()
        const context = yield* Layer.build(client)
        const service = yield* Effect.provide(
          MetadataServer.make({ host: google.host }),
          context
        )
        assert.deepStrictEqual(yield* service.universeDomain, Option.some("googleapis.com"))
        const first = yield* service.headers(request)
        assert.deepEqual({ ...first }, { authorization: "Bearer mds-1" })
        const second = Option.getOrThrow(yield* service.refresh(request, first))
        assert.deepEqual({ ...second }, { authorization: "Bearer mds-2" })
        assert.deepStrictEqual(google.paths().slice(0, 2), [
          "/computeMetadata/v1/universe/universe-domain",
          "/computeMetadata/v1/instance/service-accounts/default/token"
        ])
        for (const { headers } of google.received) {
          assert.strictEqual(headers["metadata-flavor"], "Google")
          assert.isUndefined(headers["traceparent"])
        }
      }))

    it.scopedLive("a redirect is not followed", () =>
      Effect.gen(function*() {
        const other = yield* FakeGoogle.make()
        const google = yield* FakeGoogle.make(() => ({
          status: 302,
          headers: { location: `${other.url}/computeMetadata/v1/` },
          body: {}
        }))
        const service = yield* MetadataServer.make({ host: google.host })
        assert.strictEqual((yield* Effect.flip(service.headers(request))).reason, "Unavailable")
        assert.deepStrictEqual(other.received, [])
      }).pipe(Effect.provide(FetchHttpClient.layer)))

    it.scopedLive("[30] never through the proxy that fetch is told to use", () =>
      Effect.gen(function*() {
        const google = yield* FakeGoogle.make()
        const proxy = yield* FakeGoogle.makeProxy(google.host)
        const dispatcher = yield* Effect.acquireRelease(
          Effect.sync(() => new EnvHttpProxyAgent({ httpProxy: proxy.url, noProxy: "" })),
          (agent) => Effect.promise(() => agent.destroy())
        )
        const init = Layer.succeed(FetchHttpClient.RequestInit, { dispatcher } as RequestInit)
        yield* Effect.gen(function*() {
          // Others do use it.
          yield* HttpClient.get("http://elsewhere.test/token")
          assert.deepStrictEqual(proxy.connects, ["elsewhere.test:80"])
          const service = yield* MetadataServer.make({ host: google.host })
          assert.deepStrictEqual(yield* get(service), { authorization: "Bearer mds-1" })
          assert.deepStrictEqual(proxy.connects, ["elsewhere.test:80"])
        }).pipe(Effect.provide(Layer.merge(FetchHttpClient.layer, init)))
      }))
  })
})
