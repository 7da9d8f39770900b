import { assert, describe, it } from "@effect/vitest"
import { Cause, Config, Duration, Effect, Exit, Layer, Redacted, Schedule, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { InvalidSettings, isLroError } from "effect-lro/LroError"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import {
  bake,
  Bakery,
  binding,
  Cake,
  http,
  name,
  parent,
  running,
  token,
  url
} from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { settings, throwingSettings } from "../kit/services.ts"

const urls = Effect.map(FakeHttp.calls, (all) => all.map((call) => call.url))

/** The URL that a get of a client with these options asks for. */
const urlWith = (
  options: Operations.LayerOptions,
  environment: Parameters<typeof http>[1] = {},
  service: Operations.AnyBinding = binding
) =>
  Effect.gen(function*() {
    const client = yield* Operations.make(
      { ...binding, ...service, methods: binding.methods },
      options
    )
    yield* client.get({ name })
    return (yield* urls)[0]
  }).pipe(Effect.provide(http(running, environment)))

const invalid = (error: unknown, setting: string, problem: string) => {
  assert.instanceOf(error, InvalidSettings)
  assert.strictEqual((error as InvalidSettings).message, `\`${setting}\` ${problem}`)
  assert.isTrue(isLroError(error))
}

const foreign = "is no host of the service: set `allowForeignEndpoint` to call it"
const plain =
  "is plain http to another machine: credentials are only sent over https or to loopback"

describe("the layer is not built", () => {
  it.effect.each(
    [
      [{ endpoint: "" }, "endpoint", "is not a URL"],
      [{ endpoint: "bakery.googleapis.com" }, "endpoint", "is not a URL"],
      [{ endpoint: "//bakery.googleapis.com" }, "endpoint", "is not a URL"],
      [{ endpoint: "https://" }, "endpoint", "is not a URL"],
      [{ endpoint: "ftp://bakery.googleapis.com" }, "endpoint", "is neither https nor http"],
      [{ endpoint: "file:///etc/passwd" }, "endpoint", "is neither https nor http"],
      [{ endpoint: "https://user:pw@bakery.googleapis.com" }, "endpoint", "has user-info"],
      [{ endpoint: "https://user@bakery.googleapis.com" }, "endpoint", "has user-info"],
      [{ endpoint: "https://bakery.googleapis.com?a=b" }, "endpoint", "has a query or a fragment"],
      [{ endpoint: "https://bakery.googleapis.com#a" }, "endpoint", "has a query or a fragment"],
      [{ endpoint: "http://bakery.googleapis.com" }, "endpoint", plain],
      [{ endpoint: "http://127.0.0.1.example.com" }, "endpoint", plain],
      [{ endpoint: "http://localhost.example.com" }, "endpoint", plain],
      [{ endpoint: "http://0.0.0.0:80" }, "endpoint", plain],
      [{ quotaProject: "" }, "quotaProject", "cannot be sent as a header"],
      [{ quotaProject: "a\r\nb" }, "quotaProject", "cannot be sent as a header"],
      [{ quotaProject: "проект" }, "quotaProject", "cannot be sent as a header"],
      [{ scopes: [] }, "scopes", "is empty"],
      [{ scopes: [""] }, "scopes", "is empty"],
      [{ maxResponseBytes: 0 }, "maxResponseBytes", "is not a whole number from 1"],
      [{ maxResponseBytes: 1.5 }, "maxResponseBytes", "is not a whole number from 1"],
      [{ maxResponseBytes: Number.NaN }, "maxResponseBytes", "is not a whole number from 1"],
      [{ timeout: 0 }, "timeout", "is not longer than zero"],
      [{ retry: { attempts: 0 } }, "retry", "has `attempts` that are not a whole number from 1"],
      [{ retry: { multiplier: 0 } }, "retry", "has a `multiplier` below 1"],
      [{ universeDomain: "" }, "universeDomain", "is not a domain name"],
      [{ universeDomain: "localhost" }, "universeDomain", "is not a domain name"],
      [{ universeDomain: "example.com/path" }, "universeDomain", "is not a domain name"],
      [{ universeDomain: "evil.com#.example.com" }, "universeDomain", "is not a domain name"]
    ] as const
  )("with %j", ([options, setting, problem]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Layer.build(Operations.layer(Bakery, options)))
      assert.isTrue(Exit.isFailure(exit))
      invalid(Cause.squash(Exit.isFailure(exit) ? exit.cause : Cause.empty), setting, problem)
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.scoped, Effect.provide(http(running))))

  it.effect.each([
    ".example.com/{name=projects/*}",
    "v1/{name=projects/*}",
    "/v1/{name=projects/*",
    "/v1/name=projects/*}",
    "/v1/{name=**/operations/*}",
    "/v1/{name=projects/*}?alt=json",
    ""
  ])("with the template %j in its binding", (template) =>
    Effect.gen(function*() {
      const methods: Operations.AnyBinding["methods"] = {
        get: { verb: "GET", templates: ["/v1/{name=projects/*}", template] }
      }
      invalid(
        yield* Effect.flip(Operations.make({ ...binding, methods })),
        "binding",
        `has \`${template}\`, which is no path template`
      )
    }).pipe(Effect.provide(http(running))))

  it.effect("with a host in its binding that is no URL", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Operations.make({ ...binding, host: "bakery" }))
      invalid(error, "host", "is not a URL")
    }).pipe(Effect.provide(http(running))))
})

describe("[4] endpoint", () => {
  it.effect.each(
    [
      [undefined, url],
      ["https://proxy.example.com", `https://proxy.example.com/v1/${name}`],
      ["https://proxy.example.com:8443/a/b/", `https://proxy.example.com:8443/a/b/v1/${name}`],
      ["http://localhost:8080", `http://localhost:8080/v1/${name}`],
      ["http://127.0.0.1:8080/", `http://127.0.0.1:8080/v1/${name}`],
      ["http://[::1]:8080", `http://[::1]:8080/v1/${name}`]
    ] as const
  )("%j in code asks %s, with a token", ([endpoint, expected]) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* urlWith({ endpoint }), expected)
    }))

  it.effect("plain http goes to any machine without credentials", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* urlWith({ endpoint: "http://emulator:80" }, { credentials: Credentials.layerNone }),
        `http://emulator/v1/${name}`
      )
    }))

  it.effect("an API key is no more sent over plain http than a token", () =>
    Effect.gen(function*() {
      const credentials = Layer.orDie(Credentials.layerApiKey(Redacted.make("AIzaKey")))
      const error = yield* Effect.flip(urlWith({ endpoint: "http://emulator" }, { credentials }))
      invalid(error, "endpoint", plain)
    }))

  it.effect("a function gets the location of the name, of the parent and of the arguments", () =>
    Effect.gen(function*() {
      const asked: Array<string | undefined> = []
      const client = yield* Operations.make(binding, {
        endpoint: (location) => {
          asked.push(location)
          return `https://${location ?? "global"}-bakery.googleapis.com`
        }
      })
      const regional = "projects/p/locations/us-central1"
      yield* client.get({ name: `${regional}/operations/o` })
      yield* client.cancel({ name: `${regional}/operations/o` })
      yield* client.listPage({ name: regional })
      yield* client.start(bake, { parent: regional, cake: {} })
      const host = "https://us-central1-bakery.googleapis.com"
      assert.deepStrictEqual(yield* urls, [
        `${host}/v1/${regional}/operations/o`,
        `${host}/v1/${regional}/operations/o:cancel`,
        `${host}/v1/${regional}/operations`,
        `${host}/v1/${regional}/cakes`
      ])
      assert.deepStrictEqual([...new Set(asked)], ["us-central1"])
      const global = yield* Operations.make({
        ...binding,
        methods: { get: { verb: "GET", templates: ["/v1/{name=operations/*}"] } }
      }, { endpoint: (location) => `https://${location ?? "global"}.example.com` })
      yield* global.get({ name: "operations/o" })
      assert.strictEqual((yield* urls).at(-1), "https://global.example.com/v1/operations/o")
    }).pipe(Effect.provide(http(running))))

  it.effect("an operation is polled where it was started, whatever location its name has", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        endpoint: (location) =>
          location === undefined
            ? "https://bakery.googleapis.com"
            : `https://${location}-bakery.googleapis.com`
      })
      const bakeAnywhere = Operations.method<{ readonly parent: string }>()({
        service: "bakery.googleapis.com/v1",
        rpc: "example.bakery.v1.Bakery.BakeAnywhere",
        verb: "POST",
        templates: ["/v1/{parent=projects/*}/cakes"],
        request: { parent: { in: "path", required: true } },
        response: Cake,
        metadata: Schema.Struct({})
      })
      const started = yield* client.start(bakeAnywhere, { parent: "projects/p" })
      assert.strictEqual(started.ref.endpoint, "https://bakery.googleapis.com")
      const stored = yield* Schema.encode(OperationRef)(started.ref)
      const schedule = Schedule.recurs(1)
      yield* Effect.flip(client.untilDone(started, { schedule, longPoll: "off" }))
      yield* Effect.flip(
        client.untilDone(yield* Schema.decode(OperationRef)(stored), { schedule, longPoll: "off" })
      )
      // A name alone says nothing else: the function is asked.
      yield* client.get({ name })
      const [start, ...polls] = (yield* urls).map((url) => new URL(url).host)
      assert.strictEqual(start, "bakery.googleapis.com")
      assert.deepStrictEqual([...new Set(polls.slice(0, -1))], ["bakery.googleapis.com"])
      assert.isAtLeast(polls.length, 4)
      assert.strictEqual(polls.at(-1), "l-bakery.googleapis.com")
    }).pipe(Effect.provide(http(running))))

  it.effect.each(
    [
      ["not a URL", "is not a URL"],
      ["http://bakery.googleapis.com", plain],
      ["https://a:b@bakery.googleapis.com", "has user-info"]
    ] as const
  )("a function that gives %j fails the call", ([endpoint, problem]) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { endpoint: () => endpoint })
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(
        error.message,
        `google.longrunning.Operations.GetOperation (${name}): \`endpoint\` ${problem}`
      )
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(running))))
})

describe("[4] layerConfig", () => {
  /** The URL of a get through a layer whose settings come from these variables. */
  const configured = (variables: { readonly [name: string]: string }) =>
    Effect.gen(function*() {
      const client = yield* Bakery
      yield* client.get({ name })
      return (yield* FakeHttp.calls)[0]
    }).pipe(
      Effect.provide(
        Layer.provideMerge(
          Operations.layerConfig(Bakery, {
            endpoint: Config.withDefault(
              Config.string("ENDPOINT"),
              "https://bakery.googleapis.com"
            ),
            allowForeignEndpoint: Config.withDefault(Config.boolean("FOREIGN"), false),
            universeDomain: Config.withDefault(Config.string("UNIVERSE"), "googleapis.com"),
            quotaProject: Config.string("QUOTA"),
            errorFormat: Config.withDefault(Config.literal("1", "2")("FORMAT"), "2"),
            headers: Config.map(Config.withDefault(Config.string("TEAM"), "t"), (team) => ({
              "x-team": team
            })),
            maxResponseBytes: Config.withDefault(Config.integer("MAX"), 1024),
            timeout: Config.withDefault(Config.duration("TIMEOUT"), Duration.seconds(5))
          }),
          http(running, { credentials: Credentials.layerNone, variables })
        )
      )
    )

  it.effect("applies what it finds", () =>
    Effect.gen(function*() {
      const call = yield* configured({ QUOTA: "q", FORMAT: "1", TEAM: "ovens" })
      assert.strictEqual(call?.url, `${url}?$.xgafv=1`)
      assert.strictEqual(call?.headers["x-goog-user-project"], "q")
      assert.strictEqual(call?.headers["x-team"], "ovens")
    }))

  it.effect.each(
    [
      [{ ENDPOINT: "https://us-bakery.googleapis.com" }, "https://us-bakery.googleapis.com"],
      [{ ENDPOINT: "https://evil.example", FOREIGN: "true" }, "https://evil.example"],
      [{ ENDPOINT: "http://localhost:1", FOREIGN: "true" }, "http://localhost:1"],
      [
        { ENDPOINT: "https://x-bakery.apis.example", UNIVERSE: "apis.example" },
        "https://x-bakery.apis.example"
      ]
    ] as const
  )("%j is called", ([variables, base]) =>
    Effect.gen(function*() {
      const call = yield* configured({ QUOTA: "q", ...variables })
      assert.strictEqual(call?.url, `${base}/v1/${name}?$.xgafv=2`)
    }))

  it.effect.each(
    [
      [{ ENDPOINT: "https://evil.example" }, "endpoint", foreign],
      [{ ENDPOINT: "http://localhost:1" }, "endpoint", foreign],
      [{ ENDPOINT: "https://googleapis.com.evil.example" }, "endpoint", foreign],
      [{ ENDPOINT: "https://evilgoogleapis.com" }, "endpoint", foreign],
      [{ ENDPOINT: "https://x-bakery.apis.example" }, "endpoint", foreign],
      [{ ENDPOINT: "https://x.apis.example", UNIVERSE: "apis.example" }, "endpoint", foreign],
      [{ ENDPOINT: "https://storage.googleapis.com" }, "endpoint", foreign],
      [{ ENDPOINT: "nonsense" }, "endpoint", "is not a URL"],
      [{ MAX: "-1" }, "maxResponseBytes", "is not a whole number from 1"],
      [{ TIMEOUT: "0 seconds" }, "timeout", "is not longer than zero"]
    ] as const
  )(
    "%j is refused when the layer is built",
    ([variables, setting, problem]) =>
      Effect.gen(function*() {
        invalid(yield* Effect.flip(configured({ QUOTA: "q", ...variables })), setting, problem)
      })
  )

  it.effect("a missing or unreadable variable is a ConfigError", () =>
    Effect.gen(function*() {
      const missing = yield* Effect.flip(configured({}))
      const unreadable = yield* Effect.flip(configured({ QUOTA: "q", FORMAT: "3" }))
      assert.strictEqual(missing._tag, "ConfigError")
      assert.strictEqual(unreadable._tag, "ConfigError")
    }))
})

describe("universe domain", () => {
  const ofUniverse = (universeDomain: string) => ({
    credentials: Layer.orDie(Credentials.layerToken(Redacted.make("token"), { universeDomain }))
  })

  it.effect("of the option, else of the environment, replaces googleapis.com", () =>
    Effect.gen(function*() {
      const own = `https://bakery.apis.example/v1/${name}`
      const variables = { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "apis.example" }
      const environment = { ...ofUniverse("apis.example"), variables }
      assert.strictEqual(
        yield* urlWith({ universeDomain: "apis.example" }, ofUniverse("apis.example")),
        own
      )
      assert.strictEqual(yield* urlWith({}, environment), own)
      assert.strictEqual(yield* urlWith({ universeDomain: "googleapis.com" }, { variables }), url)
      assert.strictEqual(
        yield* urlWith({ universeDomain: "apis.example" }, ofUniverse("apis.example"), {
          ...binding,
          host: "https://eu-bakery.googleapis.com/base"
        }),
        `https://eu-bakery.apis.example/base/v1/${name}`
      )
    }))

  it.effect("credentials of another universe are not sent", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const error = yield* Effect.flip(client.get({ name }))
      assert.strictEqual(error._tag, "CredentialsError")
      assert.strictEqual(error._tag === "CredentialsError" && error.reason, "UniverseMismatch")
      assert.strictEqual(error._tag === "CredentialsError" && error.transient, false)
      assert.include(error.message, "apis.example")
      assert.include(error.message, "googleapis.com")
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(running, ofUniverse("apis.example")))))

  it.effect("a broken variable fails the layer", () =>
    Effect.gen(function*() {
      const variables = { GOOGLE_CLOUD_UNIVERSE_DOMAIN: "a/b" }
      invalid(
        yield* Effect.flip(urlWith({}, { variables })),
        "universeDomain",
        "is not a domain name"
      )
      const quota = { GOOGLE_CLOUD_QUOTA_PROJECT: "проект" }
      invalid(
        yield* Effect.flip(urlWith({}, { variables: quota })),
        "quotaProject",
        "cannot be sent as a header"
      )
    }))
})

class OvenA extends Operations.Tag<OvenA>()("test/OvenA", binding) {}
class OvenB extends Operations.Tag<OvenB>()("test/OvenB", binding) {}

describe("one program", () => {
  it.effect("holds one service twice, with credentials and settings of its own each", () => {
    const environment = settings()
    const tenant = (secret: string) => Credentials.layerToken(Redacted.make(secret))
    const layer = Layer.mergeAll(
      Operations.layer(OvenA, { quotaProject: "a" }).pipe(Layer.provide(tenant("token-a"))),
      Operations.layer(OvenB, { quotaProject: "b", endpoint: "https://eu.example.com" }).pipe(
        Layer.provide(tenant("token-b"))
      )
    ).pipe(Layer.provideMerge(FakeHttp.layer(running)), Layer.provide(environment))
    return Effect.gen(function*() {
      yield* (yield* OvenA).get({ name })
      yield* (yield* OvenB).get({ name })
      yield* (yield* OvenA).listPage({ name: parent })
      const seen = (yield* FakeHttp.calls).map(({ headers, url }) => [
        new URL(url).host,
        headers["authorization"],
        headers["x-goog-user-project"]
      ])
      assert.deepStrictEqual(seen, [
        ["bakery.googleapis.com", "Bearer token-a", "a"],
        ["eu.example.com", "Bearer token-b", "b"],
        ["bakery.googleapis.com", "Bearer token-a", "a"]
      ])
    }).pipe(Effect.provide(layer))
  })

  it.effect("the client has the methods of its binding and no others", () =>
    Effect.gen(function*() {
      const reader = yield* Operations.make({
        ...binding,
        methods: { get: binding.methods.get }
      })
      assert.sameMembers(Object.keys(reader), [
        "get",
        "poll",
        "run",
        "runFinal",
        "start",
        "untilDone",
        "untilFinal",
        "watch"
      ])
      const all = yield* Operations.make(binding)
      const methods = "get list listPage listPages cancel delete wait start poll run runFinal " +
        "untilDone untilFinal watch cancelAndWait"
      assert.sameMembers(Object.keys(all), methods.split(" "))
    }).pipe(Effect.provide(http(running))))

  it.effect("a partial fake answers what it has and names what it has not", () =>
    Effect.gen(function*() {
      const client = yield* Bakery
      assert.deepStrictEqual(yield* client.get({ name }), { name, done: true })
      const exit = yield* Effect.exit(client.cancel({ name }))
      assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
      assert.include(
        Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "",
        "test/Bakery: the method cancel is not part of this fake"
      )
    }).pipe(
      Effect.provide(
        Operations.layerTest(Bakery, { get: ({ name }) => Effect.succeed({ name, done: true }) })
      )
    ))

  const getWith = (environment: Layer.Layer<never>) =>
    Effect.gen(function*() {
      yield* (yield* Bakery).get({ name })
      return yield* FakeHttp.calls
    }).pipe(
      Effect.provide(
        Operations.layer(Bakery).pipe(
          Layer.provideMerge(Layer.merge(FakeHttp.layer(running), token)),
          Layer.provide(environment)
        )
      )
    )

  // What Deno throws, before and since its version 2.
  for (const denied of ["PermissionDenied", "NotCapable"]) {
    it.effect(`[32] a variable that may not be read is unset: ${denied}`, () =>
      Effect.gen(function*() {
        const [call] = yield* getWith(
          throwingSettings((variable) =>
            Object.assign(new Error(`Requires env access to "${variable}"`), { name: denied })
          )
        )
        assert.strictEqual(call?.url, url)
        assert.notProperty(call?.headers ?? {}, "x-goog-user-project")
      }))
  }

  it.effect("[32] a provider of settings that breaks is no variable that is unset", () =>
    Effect.gen(function*() {
      const broken = new Error("NotCapable is not what this is")
      const exit = yield* Effect.exit(getWith(throwingSettings(() => broken)))
      assert.deepStrictEqual(exit, Exit.die(broken))
    }))

  it.effect("a layer builds with nothing but credentials and an HttpClient", () =>
    Effect.gen(function*() {
      yield* (yield* Bakery).get({ name })
      assert.deepStrictEqual(yield* urls, [url])
    }).pipe(
      Effect.provide(
        Operations.layer(Bakery).pipe(
          Layer.provideMerge(Layer.merge(FakeHttp.layer(running), token)),
          Layer.provide(settings())
        )
      )
    ))
})
