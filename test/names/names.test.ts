import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, FastCheck as fc, Option, Stream } from "effect"
import { InvalidRequest } from "effect-lro/LroError"
import * as OperationName from "effect-lro/OperationName"
import * as Operations from "effect-lro/Operations"
import { binding, http, name, running } from "../kit/bakery.ts"
import { count } from "../kit/counts.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { holds } from "../kit/property.ts"

const template = "projects/*/locations/*/operations/*"
const operation = (id: string) => `projects/p/locations/l/operations/${id}`
const origin = "https://bakery.googleapis.com"

/** A client with one method, `get`, at these templates. */
const getAt = (...templates: readonly [string, ...Array<string>]) =>
  Operations.make({
    service: "bakery.googleapis.com",
    version: "v1",
    scopes: [],
    methods: { get: { verb: "GET", templates } }
  })

/** The URL of a get, or its refusal. */
const get = (templates: readonly [string, ...Array<string>], name: string) =>
  Effect.gen(function*() {
    const client = yield* getAt(...templates)
    const result = yield* Effect.either(client.get({ name }))
    const urls = (yield* FakeHttp.calls).map((call) => call.url)
    if (Either.isRight(result)) {
      assert.strictEqual(urls.length, 1)
      return urls[0]
    }
    assert.deepStrictEqual(urls, [])
    return result.left
  }).pipe(Effect.provide(http(running)))

const refusal = (result: unknown): InvalidRequest => {
  assert.instanceOf(result, InvalidRequest)
  return result as InvalidRequest
}

const refused: ReadonlyArray<readonly [name: string, problem: string]> = [
  ["", "is empty"],
  ["/", "starts with a slash"],
  [`/${name}`, "starts with a slash"],
  [`${name}/`, "ends with a slash"],
  ["projects/p/locations/l/operations/", "ends with a slash"],
  ["projects//locations/l/operations/o", "has an empty segment"],
  [operation("."), "has the segment `.`"],
  [operation(".."), "has the segment `..`"],
  ["projects/../locations/l/operations/o", "has the segment `..`"],
  [operation("%2e"), "has the segment `.`"],
  [operation("%2E%2e"), "has the segment `..`"],
  [operation(".%2e"), "has the segment `..`"],
  [operation("a%2Fb"), "contains an encoded slash"],
  [operation("..%2f..%2fsecret"), "contains an encoded slash"],
  [operation("..\\..\\secret"), "contains a backslash"],
  [operation("o?alt=media"), "contains `?`"],
  [operation("o#fragment"), "contains `#`"],
  [operation("\u0000"), "contains a control character"],
  [operation("a\r\nb: c"), "contains a control character"],
  [operation("a\tb"), "contains a control character"],
  [operation("\u007f"), "contains a control character"],
  [operation("\u0080"), "contains a control character"],
  [operation("\u009f"), "contains a control character"],
  [operation("\ud800"), "contains a lone surrogate"],
  [operation("\udc00a"), "contains a lone surrogate"],
  [operation("\udc00\ud800"), "contains a lone surrogate"],
  [operation("o".repeat(8193 - operation("").length)), "is longer than 8192 bytes"],
  [operation("é".repeat(4096)), "is longer than 8192 bytes"],
  [`${origin}/v1/${name}`, "is a URL, not a resource name"],
  ["gopher://x", "is a URL, not a resource name"],
  [operation("a://b"), "is a URL, not a resource name"],
  ["operations/o", "does not fit"],
  ["projects/p/operations/o", "does not fit"],
  ["projects/p/locations/l", "does not fit"],
  ["organizations/p/locations/l/operations/o", "does not fit"],
  [`${name}/more`, "does not fit"],
  ["Projects/p/locations/l/operations/o", "does not fit"]
]

const sent: ReadonlyArray<readonly [id: string, encoded: string]> = [
  ["o", "o"],
  ["AZaz09-_.~", "AZaz09-_.~"],
  ["a b", "a%20b"],
  ["a+b=c:d", "a%2Bb%3Dc%3Ad"],
  ["100%", "100%25"],
  ["%41", "%2541"],
  ["%zz", "%25zz"],
  ["%5c", "%255c"],
  ["%252e%252e", "%25252e%25252e"],
  ["...", "..."],
  [".hidden", ".hidden"],
  ["!'()*", "%21%27%28%29%2A"],
  ["@&,;$\"<>[]^`{|}", "%40%26%2C%3B%24%22%3C%3E%5B%5D%5E%60%7B%7C%7D"],
  ["x:cancel", "x%3Acancel"],
  ["operación", "operaci%C3%B3n"],
  ["😀", "%F0%9F%98%80"],
  ["\u00a0", "%C2%A0"],
  ["o".repeat(8192 - operation("").length), "o".repeat(8192 - operation("").length)]
]

describe("[1] names", () => {
  it.effect.each(refused)("refuses %j", ([name, problem]) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const calls: Record<string, Effect.Effect<unknown, unknown>> = {
        GetOperation: client.get({ name }),
        CancelOperation: client.cancel({ name }),
        DeleteOperation: client.delete({ name }),
        WaitOperation: client.wait({ name, timeout: "1 second" })
      }
      for (const [rpc, call] of Object.entries(calls)) {
        const error = refusal(yield* Effect.flip(call))
        assert.strictEqual(error.method, `google.longrunning.Operations.${rpc}`)
        assert.strictEqual(error.argument, "name")
        assert.strictEqual(error.problem, problem)
        assert.deepStrictEqual(error.expected, [template])
      }
      const waits: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        client.untilDone(name),
        Stream.runDrain(client.watch(name))
      ]
      for (const wait of waits) {
        assert.strictEqual(refusal(yield* Effect.flip(wait)).problem, problem)
      }
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(running))))

  it.effect("a refused parent names the templates of list", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      for (const parent of ["", "projects/..", name, "projects/p", "projects/p/locations/l/"]) {
        const error = refusal(yield* Effect.flip(client.listPage({ name: parent })))
        assert.strictEqual(error.argument, "name")
        assert.deepStrictEqual(error.expected, ["projects/*/locations/*"])
      }
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(running))))

  it.effect("a name that the server returned is checked like any other", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const target = { name: "projects/p/locations/l/operations/..", done: false }
      const error = refusal(yield* Effect.flip(client.untilDone(target)))
      assert.strictEqual(error.problem, "has the segment `..`")
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(running))))

  it.effect.each(sent)("sends %j encoded", ([id, encoded]) =>
    Effect.gen(function*() {
      const path = `${origin}/v1/projects/p/locations/l/operations`
      const client = yield* Operations.make(binding)
      yield* client.get({ name: operation(id) })
      yield* client.delete({ name: operation(id) })
      yield* client.cancel({ name: operation(id) })
      assert.deepStrictEqual((yield* FakeHttp.calls).map((call) => `${call.verb} ${call.url}`), [
        `GET ${path}/${encoded}`,
        `DELETE ${path}/${encoded}`,
        `POST ${path}/${encoded}:cancel`
      ])
    }).pipe(Effect.provide(http(running))))

  it.effect.each(
    [
      [`v1/${name}`, name],
      [`v1beta1/${name}`, name],
      [`/${name}`, name],
      [`//${name}`, name],
      [`/v1/${name}`, name],
      [`v1/projects/p/operations/o`, undefined],
      ["/projects/p", undefined],
      ["/", undefined]
    ] as const
  )("the refusal of %j has the hint %j", ([name, hint]) =>
    Effect.gen(function*() {
      const error = refusal(yield* get([`/v1/{name=${template}}`], name))
      assert.strictEqual(error.hint, hint)
    }))

  it.effect("a hint is never a name that would be refused", () =>
    Effect.gen(function*() {
      for (const name of ["/operations/../secret", "v1/operations/a?b", "/v1/operations/"]) {
        assert.isUndefined(refusal(yield* get(["/v1/{name=operations/**}"], name)).hint, name)
      }
    }))

  it.effect("a pattern is expected once, whatever the number of its templates", () =>
    Effect.gen(function*() {
      const error = refusal(yield* get(["/v1/{name=a/*}", "/v2/{name=a/*}", "/v1/{name=b/*}"], "c"))
      assert.deepStrictEqual(error.expected, ["a/*", "b/*"])
    }))

  it.effect("[1] a refusal lists five patterns and says how many more", () =>
    Effect.gen(function*() {
      const at = (n: number) => `/v1/{name=${"abcdefgh"[n]}/*}`
      const error = refusal(
        yield* get([at(0), at(1), at(2), at(3), at(4), at(5), at(6)], "projects/p")
      )
      assert.lengthOf(error.expected ?? [], 7)
      assert.strictEqual(
        error.message,
        "google.longrunning.Operations.GetOperation: `name` does not fit; expected a/* or b/* or " +
          "c/* or d/* or e/* or 2 others"
      )
    }))

  it.effect("a refusal reads well", () =>
    Effect.gen(function*() {
      const templates = [`/v1/{name=${template}}`, "/v1/{name=projects/*/operations/*}"] as const
      const versioned = refusal(yield* get(templates, `v1/${name}`))
      assert.strictEqual(
        versioned.message,
        "google.longrunning.Operations.GetOperation: `name` starts with a version; expected " +
          `${template} or projects/*/operations/*; did you mean ${name}`
      )
      const empty = refusal(yield* get([`/v1/{name=${template}}`], ""))
      assert.strictEqual(
        empty.message,
        `google.longrunning.Operations.GetOperation: \`name\` is empty; expected ${template}`
      )
    }))
})

describe("[1] [2] templates", () => {
  const ai: readonly [string, ...Array<string>] = [
    "/ui/{name=projects/*/locations/*/operations/*}",
    "/ui/{name=projects/*/locations/*/agents/*/operations/*}",
    "/v1/{name=projects/*/locations/*/operations/*}",
    "/v1/{name=projects/*/locations/*/endpoints/*/operations/*}"
  ]

  it.effect.each(
    [
      // Ties go to the service's own version.
      [ai, "projects/p/locations/l/operations/1", "/v1/projects/p/locations/l/operations/1"],
      [
        ai,
        "projects/p/locations/l/endpoints/e/operations/1",
        "/v1/projects/p/locations/l/endpoints/e/operations/1"
      ],
      // The only one that fits.
      [
        ai,
        "projects/p/locations/l/agents/a/operations/1",
        "/ui/projects/p/locations/l/agents/a/operations/1"
      ],
      [["/v2/{name=a/*}", "/v1beta1/{name=a/*}", "/v1/{name=a/*}"], "a/1", "/v1/a/1"],
      [["/v2/{name=a/*}", "/v3/{name=a/*}"], "a/1", "/v2/a/1"],
      [["/v1/{name=operations/**}"], "operations/a/b=+/c", "/v1/operations/a/b%3D%2B/c"],
      [["/v1/{name=operations/**}"], "operations/a", "/v1/operations/a"],
      // [1] Services put base64 with slashes into names.
      [["/v1/{name=operations/**}"], "operations/a/", "/v1/operations/a/"],
      [["/v1/{name=operations/**}"], "operations//a//b=", "/v1/operations//a//b%3D"],
      [["/v1/{name=operations/**}:cancel"], "operations/a//", "/v1/operations/a//:cancel"],
      [
        ["/v1/{name=operations/**}"],
        `operations/${"ab/".repeat(2000)}`,
        `/v1/operations/${"ab/".repeat(2000)}`
      ],
      [["/v1/{name=**}"], "a//b/", "/v1/a//b/"],
      [["/v1/{name=**}"], "a/b", "/v1/a/b"],
      [
        ["/v1/operations/{name=projects/*/operations/*}"],
        "projects/p/operations/o",
        "/v1/operations/projects/p/operations/o"
      ],
      [["/v1/{name}"], "a:b", "/v1/a%3Ab"],
      [["/v1/{name}:peek"], "a", "/v1/a:peek"],
      [["/v1/{name=batches/*}"], "batches/1", "/v1/batches/1"],
      [
        ["/v1/{name=customers/*/operations/*}"],
        "customers/-/operations/o",
        "/v1/customers/-/operations/o"
      ]
    ] as const
  )("%j with %j is %s", ([templates, name, path]) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* get(templates, name), `${origin}${path}`)
    }))

  it.effect.each(
    [
      [["/v1/{name=operations/**}"], "operations", "does not fit"],
      [["/v1/{name=operations/**}"], "operations/", "ends with a slash"],
      [["/v1/{name=operations/**}"], "operations//", "ends with a slash"],
      [["/v1/{name=operations/**}"], "/operations/a", "starts with a slash"],
      [["/v1/{name=operations/**}"], "operations/a/../../b", "has the segment `..`"],
      [["/v1/{name=operations/**}"], "operations/a//../b", "has the segment `..`"],
      [["/v1/{name=operations/**}"], "operations/a%2F", "contains an encoded slash"],
      [["/v1/{name=a/*/**}"], "a//b", "has an empty segment"],
      [["/v1/{name=**}"], "/a", "starts with a slash"],
      [["/v1/{name=**}"], "", "is empty"],
      [["/v1/{name=**}"], "v1/operations/o", "starts with a version"],
      [["/v1/{name}"], "a/b", "does not fit"],
      [["/v1/{name=a.c/*}"], "abc/1", "does not fit"]
    ] as const
  )("%j refuses %j: %s", ([templates, name, problem]) =>
    Effect.gen(function*() {
      assert.strictEqual(refusal(yield* get(templates, name)).problem, problem)
    }))
})

const printable =
  ". .. / // \\ ? # % %2e %2F %252F %00 : :cancel @ & = + ' ( * ~ | ^ [ { a Z 0 - v1 " +
  "projects locations operations http:// evil.example"
const unprintable = " \t\n\0\u0085\u00e9\u2024\u202e\u2215\uff0e\uff0f\ud83d\ude00"
const fragments = fc.constantFrom(...printable.split(" "), ...unprintable, "\ud800", "\udc00")
const hostile = fc.oneof(
  fc.array(fragments, { maxLength: 4 }).map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.string({ maxLength: 12 })
)
const shaped = fc.tuple(hostile, hostile, hostile).map(([p, l, o]) =>
  `projects/${p}/locations/${l}/operations/${o}`
)
const names = fc.oneof(hostile, shaped, shaped, hostile.map((rest) => `operations/${rest}`))

/** The path that a name must have got: nothing decoded, dropped or added. */
const segmentsOf = (url: string, suffix: string): ReadonlyArray<string> => {
  const { hash, origin: actual, pathname, search } = new URL(url)
  assert.strictEqual(actual, origin)
  assert.strictEqual(`${search}${hash}`, "")
  assert.isFalse(/[?#\\]/.test(url))
  assert.isTrue(pathname.endsWith(suffix))
  return pathname.slice(0, pathname.length - suffix.length).split("/").map(decodeURIComponent)
}

describe("any string", () => {
  const several: readonly [string, ...Array<string>] = [
    `/v1/{name=${template}}`,
    "/v1/{name=operations/**}"
  ]

  it.effect(
    "[1] is refused, or its URL is the template with exactly that name",
    () =>
      Effect.gen(function*() {
        const client = yield* Operations.make({
          service: "bakery.googleapis.com",
          version: "v1",
          scopes: [],
          methods: {
            delete: { verb: "DELETE", templates: several },
            cancel: { verb: "POST", templates: [`/v1/{name=${template}}:cancel`] }
          }
        })
        const calls = yield* FakeHttp.Calls
        const accepted = { cancel: 0, delete: 0 }
        const suffixes = { cancel: ":cancel", delete: "" }
        const methods = fc.constantFrom("cancel" as const, "delete" as const)
        yield* holds(fc.tuple(names, methods), 20_000, ([name, method]) =>
          Effect.gen(function*() {
            calls.length = 0
            const result = yield* Effect.either(client[method]({ name }))
            if (Either.isLeft(result)) {
              refusal(result.left)
              assert.deepStrictEqual(calls, [])
              return
            }
            accepted[method]++
            const [call, ...more] = calls
            assert.deepStrictEqual(more, [])
            assert.strictEqual(call?.verb, method === "delete" ? "DELETE" : "POST")
            const segments = segmentsOf(call?.url ?? "", suffixes[method])
            assert.deepStrictEqual(segments, ["", "v1", ...name.split("/")])
          }))
        // The property would also hold if nothing were ever sent.
        assert.isAbove(accepted.delete, count(1_000, 50))
        assert.isAbove(accepted.cancel, count(1_000, 50))
      }).pipe(Effect.provide(http(() => new Response(null, { status: 204 }))))
  )

  it.effect("[4] in the place of a location cannot choose the host", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, {
        endpoint: (location) => `https://${location}-bakery.googleapis.com`
      })
      yield* holds(hostile, 6_000, (id) =>
        Effect.gen(function*() {
          const name = `projects/p/locations/${id}/operations/o`
          const result = yield* Effect.either(client.get({ name }))
          if (Either.isLeft(result)) refusal(result.left)
        }))
      const urls = (yield* FakeHttp.calls).map(({ url }) => new URL(url))
      assert.isAbove(urls.length, count(50, 1))
      for (const { hostname, pathname } of urls) {
        assert.isTrue(hostname.endsWith(".googleapis.com"), hostname)
        assert.isTrue(pathname.startsWith("/v1/projects/p/locations/"), pathname)
      }
    }).pipe(Effect.provide(http(running))))

  it.effect(
    "makes a name whose ids can be read back, or is refused by collection",
    () =>
      Effect.gen(function*() {
        const pattern = "projects/*/operations/**"
        const client = yield* getAt(`/v1/{name=${pattern}}`)
        let made = 0
        yield* holds(fc.record({ projects: hostile, operations: hostile }), 2_000, (ids) =>
          Effect.gen(function*() {
            const result = yield* Effect.either(OperationName.make(pattern, ids))
            if (Either.isLeft(result)) {
              assert.include(["projects", "operations", "name"], refusal(result.left).argument)
              return
            }
            made++
            assert.strictEqual(
              result.right,
              `projects/${ids.projects}/operations/${ids.operations}`
            )
            assert.deepStrictEqual(OperationName.parse(pattern, result.right), Option.some(ids))
            yield* client.get({ name: result.right })
          }))
        assert.strictEqual((yield* FakeHttp.calls).length, made)
        assert.isAbove(made, count(200, 10))
      }).pipe(Effect.provide(http(running)))
  )
})

describe("OperationName", () => {
  it.effect("makes a name by its collections", () =>
    Effect.gen(function*() {
      const made = OperationName.make(template, { projects: "p", locations: "l", operations: "o" })
      assert.strictEqual(yield* made, name)
      const deep = OperationName.make("operations/**", { operations: "a/b" })
      assert.strictEqual(yield* deep, "operations/a/b")
      const base64 = OperationName.make("operations/**", { operations: "/a//b/" })
      assert.strictEqual(yield* base64, "operations//a//b/")
      const slash = OperationName.make("operations/**", { operations: "/" })
      assert.strictEqual(refusal(yield* Effect.flip(slash)).problem, "ends with a slash")
    }))

  it.effect.each(
    [
      [{ projects: "", locations: "l", operations: "o" }, "projects", "is empty"],
      [{ projects: "p", locations: "a/b", operations: "o" }, "locations", "contains a slash"],
      [{ projects: "p", locations: "l", operations: ".." }, "operations", "has the segment `..`"],
      [{ projects: "p", locations: "l", operations: "o?x" }, "operations", "contains `?`"],
      [
        { projects: "p", locations: "l", operations: "a%2Fb" },
        "operations",
        "contains an encoded slash"
      ],
      [
        { projects: "p", locations: "l", operations: "\n" },
        "operations",
        "contains a control character"
      ],
      [
        { projects: "p", locations: "l", operations: "o".repeat(8190) },
        "name",
        "is longer than 8192 bytes"
      ]
    ] as const
  )("refuses %j: %s %s", ([ids, argument, problem]) =>
    Effect.gen(function*() {
      const error = refusal(yield* Effect.flip(OperationName.make(template, ids)))
      assert.strictEqual(error.method, "OperationName.make")
      assert.strictEqual(error.argument, argument)
      assert.strictEqual(error.problem, problem)
      assert.deepStrictEqual(error.expected, [template])
    }))

  it("reads the ids of a name that fits", () => {
    assert.deepStrictEqual(
      OperationName.parse(template, name),
      Option.some({ projects: "p", locations: "l", operations: "o" })
    )
    assert.deepStrictEqual(
      OperationName.parse("operations/**", "operations/a/b"),
      Option.some({ operations: "a/b" })
    )
    for (const other of ["", "operations/o", `${name}/x`, `/${name}`, operation("..")]) {
      assert.deepStrictEqual(OperationName.parse(template, other), Option.none(), other)
    }
  })

  it("finds the location of a name", () => {
    assert.deepStrictEqual(OperationName.location(name), Option.some("l"))
    assert.deepStrictEqual(OperationName.location("locations/l2"), Option.some("l2"))
    assert.deepStrictEqual(OperationName.location("projects/p/operations/o"), Option.none())
    assert.deepStrictEqual(OperationName.location("projects/p/my-locations/l"), Option.none())
  })
})
