import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Schema } from "effect"
import { InvalidRequest } from "../src/LroError.ts"
import * as Operations from "../src/Operations.ts"
import { binding, http, name, parent } from "./utils/bakery.ts"
import * as FakeHttp from "./utils/FakeHttp.ts"

const origin = "https://bakery.googleapis.com"
const rpc = "example.bakery.v1.Bakery.Bake"
type Description = Omit<Parameters<ReturnType<typeof Operations.method<object>>>[0], "service">

/** A method of the tests' own: a POST to a parent, with what the test adds. */
const method = (description: Partial<Description>) =>
  Operations.method<{ readonly [field: string]: unknown }>()({
    service: "bakery.googleapis.com/v1",
    rpc,
    verb: "POST",
    templates: ["/v1/{parent=projects/*/locations/*}/cakes"],
    request: { parent: { in: "path", required: true } },
    response: "example.bakery.v1.Cake",
    metadata: Schema.Struct({ percent: Schema.Number }),
    ...description
  })

const running = () => FakeHttp.json({ name })

/** The request that a start sends, and what it gives. */
const start = (description: Partial<Description>, request: unknown) =>
  Effect.gen(function*() {
    const client = yield* Operations.make(binding)
    const started = yield* client.start(
      method(description),
      request as { readonly [field: string]: unknown }
    )
    const [call, ...more] = yield* FakeHttp.calls
    assert.deepStrictEqual(more, [])
    const { body, headers, url, verb } = call ?? assert.fail("nothing was sent")
    return { line: `${verb} ${url.replace(origin, "")}`, body, headers, started }
  }).pipe(Effect.provide(http(running)))

const refused = (description: Partial<Description>, request: unknown) =>
  Effect.gen(function*() {
    const client = yield* Operations.make(binding)
    const error = yield* Effect.flip(
      client.start(method(description), request as { readonly [field: string]: unknown })
    )
    assert.instanceOf(error, InvalidRequest)
    assert.deepStrictEqual(yield* FakeHttp.calls, [])
    return error as InvalidRequest
  }).pipe(Effect.provide(http(running)))

const cakes = `/v1/${parent}/cakes`
const path = { in: "path", required: true } as const
const query = { in: "query" } as const
const body = { in: "body" } as const

describe("the path", () => {
  it.effect.each<readonly [templates: Description["templates"], request: object, line: string]>([
    [["/v1/{parent=projects/*/locations/*}/cakes"], { parent }, `POST ${cakes}`],
    [["/v1/{parent=projects/*/locations/*}/cakes:bake"], { parent }, `POST ${cakes}:bake`],
    [
      ["/v1/{parent=projects/*}/cakes"],
      { parent: "projects/a b+c:d%" },
      "POST /v1/projects/a%20b%2Bc%3Ad%25/cakes"
    ],
    [
      ["/v1/{parent}/ovens/{oven_id}:heat"],
      { parent: "p", ovenId: "o 1" },
      "POST /v1/p/ovens/o%201:heat"
    ],
    [["/v1/{parent=folders/**}"], { parent: "folders/a/b=/c" }, "POST /v1/folders/a/b%3D/c"],
    [["/v1/cakes"], {}, "POST /v1/cakes"],
    // Of several templates the first that fits.
    [
      ["/v1/{parent=projects/*}/cakes", "/v1/{parent=folders/*}/cakes"],
      { parent: "folders/f" },
      "POST /v1/folders/f/cakes"
    ],
    [
      ["/v1/{parent=projects/*}/a", "/v1/{parent=projects/*}/b"],
      { parent: "projects/p" },
      "POST /v1/projects/p/a"
    ],
    [
      ["/v1/{name=cakes/*}", "/v1/{parent=projects/*}/cakes"],
      { parent: "projects/p" },
      "POST /v1/projects/p/cakes"
    ]
  ])("%j with %j is %s", ([templates, request, line]) =>
    Effect.gen(function*() {
      const fields = {
        parent: { in: "path" },
        name: { in: "path" },
        ovenId: { in: "path" }
      } as const
      const sent = yield* start({ templates, request: fields }, request)
      assert.strictEqual(sent.line, line)
      assert.isUndefined(sent.body)
      assert.isUndefined(sent.headers["content-type"])
    }))

  it.effect("a variable inside the body is taken from it, and stays in it", () =>
    Effect.gen(function*() {
      const description = {
        verb: "PATCH",
        templates: ["/v1/{cake_box.name=projects/*/cakes/*}"],
        body: "cakeBox",
        request: { cakeBox: { in: "body+path", required: true } }
      } as const
      const cakeBox = { name: "projects/p/cakes/c 1", flavour: "plum" }
      const sent = yield* start(description, { cakeBox })
      assert.strictEqual(sent.line, "PATCH /v1/projects/p/cakes/c%201")
      assert.strictEqual(sent.body, JSON.stringify(cakeBox))
      const missing = yield* refused(description, { cakeBox: { flavour: "plum" } })
      assert.strictEqual(
        missing.message,
        `${rpc}: \`cakeBox.name\` is missing; expected projects/*/cakes/*`
      )
      const wrong = yield* refused(description, { cakeBox: { name: "projects/p/cakes/.." } })
      assert.strictEqual(
        wrong.message,
        `${rpc}: \`cakeBox.name\` has the segment \`..\`; expected projects/*/cakes/*`
      )
    }))

  it.effect.each(
    [
      ["", "is empty", undefined],
      ["projects/../locations/l", "has the segment `..`", undefined],
      ["projects/p/locations/l?x", "contains `?`", undefined],
      ["projects/p/locations/a%2Fb", "contains an encoded slash", undefined],
      ["projects/p/locations/l\n", "contains a control character", undefined],
      ["projects/p/locations/\ud800", "contains a lone surrogate", undefined],
      [`${origin}/v1/${parent}`, "is a URL, not a resource name", undefined],
      ["projects/p", "does not fit", undefined],
      [name, "does not fit", undefined],
      [`/${parent}`, "starts with a slash", parent],
      [`v1/${parent}`, "starts with a version", parent],
      [`/v1/${parent}`, "starts with a slash", parent],
      [7, "is not a string", undefined],
      [{}, "is not a string", undefined]
    ] as const
  )("refuses the parent %j: %s", ([given, problem, hint]) =>
    Effect.gen(function*() {
      const error = yield* refused({}, { parent: given })
      assert.strictEqual(error.method, rpc)
      assert.strictEqual(error.argument, "parent")
      assert.strictEqual(error.problem, problem)
      assert.deepStrictEqual(error.expected, ["projects/*/locations/*"])
      assert.strictEqual(error.hint, hint)
    }))

  it.effect("a refusal names the patterns of every template, and the argument that was given", () =>
    Effect.gen(function*() {
      const templates = [
        "/v1/{name=cakes/*}:bake",
        "/v1/{parent=projects/*}/cakes",
        "/v2/{parent=projects/*}/cakes",
        "/v1/{parent=folders/*}/cakes"
      ] as const
      const request = { parent: { in: "path" }, name: { in: "path" } } as const
      const error = yield* refused({ templates, request }, { parent: "x" })
      assert.strictEqual(
        error.message,
        `${rpc}: \`parent\` does not fit; expected projects/* or folders/*`
      )
    }))
})

describe("the query", () => {
  const description = {
    body: "cake",
    request: {
      parent: path,
      cake: body,
      cakeId: query,
      count: query,
      size: query,
      validateOnly: query,
      tags: query,
      options: query,
      updateMask: { in: "query", mask: true }
    }
  } as const

  it.effect.each<readonly [request: object, query: string]>([
    [{}, ""],
    [{ cakeId: undefined, count: null }, ""],
    [{ cakeId: "a b&c=d/é" }, "?cakeId=a%20b%26c%3Dd%2F%C3%A9"],
    [{ cakeId: "", count: 0, validateOnly: false }, "?cakeId=&count=0&validateOnly=false"],
    [
      { count: -1.5, size: 9007199254740993n, validateOnly: true },
      "?count=-1.5&size=9007199254740993&validateOnly=true"
    ],
    // Repeated fields repeat the key.
    [{ tags: ["a", "b c", "a"] }, "?tags=a&tags=b%20c&tags=a"],
    [{ tags: [] }, ""],
    // Messages are dotted.
    [
      { options: { oven: { heat: 200, on: true }, notes: ["x", "y"], none: null, empty: {} } },
      "?options.oven.heat=200&options.oven.on=true&options.notes=x&options.notes=y"
    ],
    [{ options: { "ä&": 1 } }, "?options.%C3%A4%26=1"],
    // A timestamp is its text, as it is in a body.
    [
      { options: { at: new Date(0), until: DateTime.unsafeMake(1_500) } },
      "?options.at=1970-01-01T00%3A00%3A00.000Z&options.until=1970-01-01T00%3A00%3A01.500Z"
    ],
    // Field masks are one string with commas.
    [{ updateMask: ["flavour", "box.size"] }, "?updateMask=flavour%2Cbox.size"],
    [{ updateMask: "flavour,box.size" }, "?updateMask=flavour%2Cbox.size"],
    [{ updateMask: "*" }, "?updateMask=*"]
  ])("%o is %s", ([request, expected]) =>
    Effect.gen(function*() {
      const sent = yield* start(description, { parent, cake: {}, ...request })
      assert.strictEqual(sent.line, `POST ${cakes}${expected}`)
      assert.strictEqual(sent.body, "{}")
    }))

  it.effect.each<readonly [request: object, argument: string, problem: string]>([
    [{ cakeId: "\ud800" }, "cakeId", "contains a lone surrogate"],
    [{ tags: ["a", "\udc00"] }, "tags", "contains a lone surrogate"],
    [{ options: { "\ud800": 1 } }, "options", "contains a lone surrogate"],
    [{ options: { a: { "b\udc00": 1 } } }, "options.a", "contains a lone surrogate"],
    [{ count: Number.NaN }, "count", "is not a finite number"],
    [{ options: { heat: Number.POSITIVE_INFINITY } }, "options.heat", "is not a finite number"],
    [{ tags: [{ a: 1 }] }, "tags", "is a list of messages: no query parameter"],
    [{ tags: [["a"]] }, "tags", "is a list of messages: no query parameter"],
    [{ cakeId: () => "x" }, "cakeId", "is a function"],
    [{ cakeId: Symbol("x") }, "cakeId", "is a symbol"],
    [{ updateMask: [] }, "updateMask", "is no field mask"],
    [{ updateMask: "" }, "updateMask", "is no field mask"],
    [{ updateMask: 7 }, "updateMask", "is no field mask"],
    [{ updateMask: [7] }, "updateMask", "is no field mask"],
    [{ updateMask: ["a", ""] }, "updateMask", "is no field mask"],
    [{ updateMask: "\ud800" }, "updateMask", "contains a lone surrogate"]
  ])("of %o is refused: %s %s", ([request, argument, problem]) =>
    Effect.gen(function*() {
      const error = yield* refused(description, { parent, cake: {}, ...request })
      assert.strictEqual(error.message, `${rpc}: \`${argument}\` ${problem}`)
    }))
})

describe("a query that refers to itself", () => {
  it.effect("is refused", () =>
    Effect.gen(function*() {
      const options: { self?: unknown } = {}
      options.self = options
      const error = yield* refused({ request: { parent: path, options: query } }, {
        parent,
        options
      })
      assert.strictEqual(error.message, `${rpc}: \`options\` is nested too deep`)
    }))
})

describe("the body", () => {
  const whole = {
    body: "*",
    request: {
      parent: path,
      cake: body,
      count: body,
      requestId: body,
      updateMask: { in: "body", mask: true },
      dry: query
    }
  } as const

  it.effect("of a named field is that field, and `{}` without it", () =>
    Effect.gen(function*() {
      const description = { body: "cake", request: { parent: path, cake: body } } as const
      const cake = { flavour: "plum", layers: [{ height: 1 }], none: null, absent: undefined }
      const sent = yield* start(description, { parent, cake })
      assert.strictEqual(
        sent.body,
        "{\"flavour\":\"plum\",\"layers\":[{\"height\":1}],\"none\":null}"
      )
      assert.strictEqual(sent.headers["content-type"], "application/json")
      assert.strictEqual((yield* start(description, { parent })).body, "{}")
    }))

  it.effect("of `*` is all that is in neither path nor query", () =>
    Effect.gen(function*() {
      const sent = yield* start(whole, {
        parent,
        dry: true,
        cake: { flavour: "plum" },
        count: 2,
        updateMask: ["flavour", "box.size"]
      })
      assert.strictEqual(sent.line, `POST ${cakes}?dry=true`)
      assert.strictEqual(
        sent.body,
        "{\"cake\":{\"flavour\":\"plum\"},\"count\":2,\"updateMask\":\"flavour,box.size\"}"
      )
      assert.strictEqual((yield* start(whole, { parent })).body, "{}")
    }))

  it.effect("is not sent by a method that has none", () =>
    Effect.gen(function*() {
      const sent = yield* start({
        verb: "DELETE",
        templates: ["/v1/{name=projects/*/cakes/*}"],
        request: { name: path, etag: query }
      }, { name: "projects/p/cakes/c", etag: "\"x\"" })
      assert.strictEqual(sent.line, "DELETE /v1/projects/p/cakes/c?etag=%22x%22")
      assert.isUndefined(sent.body)
      assert.isUndefined(sent.headers["content-length"])
    }))

  it.effect("writes int64 as text, what is no number by its name, and dates as theirs", () =>
    Effect.gen(function*() {
      const cake = {
        big: 9007199254740993n,
        list: [1n, { deep: -1n }],
        heat: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
        at: DateTime.unsafeMake(0),
        text: "é\ud800\u2028"
      }
      const sent = yield* start(whole, { parent, cake })
      assert.strictEqual(
        sent.body,
        "{\"cake\":{\"big\":\"9007199254740993\",\"list\":[\"1\",{\"deep\":\"-1\"}]," +
          "\"heat\":[\"NaN\",\"Infinity\",\"-Infinity\"],\"at\":\"1970-01-01T00:00:00.000Z\"," +
          "\"text\":\"é\\ud800\u2028\"}}"
      )
    }))

  const cyclic = () => {
    const cake: { self?: unknown } = {}
    cake.self = { cake }
    return cake
  }
  const deep = () => {
    let cake: object = {}
    for (let i = 0; i < 50_000; i++) cake = { cake }
    return cake
  }
  const throwing = () => ({ toJSON: () => assert.fail("no JSON") })
  it.effect.each<readonly [what: string, cake: () => object]>([
    ["refers to itself", cyclic],
    ["is 50,000 deep", deep],
    ["throws", throwing]
  ])("that %s is refused", ([, make]) =>
    Effect.gen(function*() {
      const cake = make()
      const error = yield* refused(whole, { parent, cake })
      assert.strictEqual(error.message, `${rpc}: \`request\` cannot be written as JSON`)
      const named = yield* refused({ body: "cake", request: { parent: path, cake: body } }, {
        parent,
        cake
      })
      assert.strictEqual(named.message, `${rpc}: \`cake\` cannot be written as JSON`)
    }))

  it.effect.each(["text", 7, [1]])(
    "that is %j and no object is refused",
    (cake) =>
      Effect.gen(function*() {
        const error = yield* refused({ body: "cake", request: { parent: path, cake: body } }, {
          parent,
          cake
        })
        assert.strictEqual(error.message, `${rpc}: \`cake\` is not an object`)
      })
  )
})

describe("arguments", () => {
  const description = {
    body: "cake",
    request: {
      parent: path,
      cakeId: { in: "query", required: true },
      cake: { in: "body", required: true }
    }
  } as const
  const request = { parent, cakeId: "c", cake: {} }

  it.effect.each(["cakeid", "cake_id", "extra", "constructor", "toString", "hasOwnProperty"])(
    "%s is unknown",
    (extra) =>
      Effect.gen(function*() {
        for (const value of ["x", undefined]) {
          const error = yield* refused(description, { ...request, [extra]: value })
          assert.strictEqual(
            error.message,
            `${rpc}: \`${extra}\` is not an argument of this method; expected parent or cakeId or cake`
          )
        }
      })
  )

  it.effect("__proto__ is unknown, and sets no prototype", () =>
    Effect.gen(function*() {
      const hostile: unknown = JSON.parse(
        `{"parent":"${parent}","cakeId":"c","cake":{},"__proto__":{"parent":"x"}}`
      )
      assert.strictEqual((yield* refused(description, hostile)).argument, "__proto__")
    }))

  it.effect.each(["parent", "cakeId", "cake"])(
    "%s is missing",
    (missing) =>
      Effect.gen(function*() {
        for (const value of [undefined, null]) {
          const error = yield* refused(description, { ...request, [missing]: value })
          assert.deepStrictEqual([error.argument, error.problem], [missing, "is missing"])
        }
        const { [missing]: _, ...rest }: { readonly [field: string]: unknown } = request
        assert.deepStrictEqual((yield* refused(description, rest)).argument, missing)
      })
  )

  it.effect.each([undefined, null, "x", [request]])(
    "%j is no request",
    (given) =>
      Effect.gen(function*() {
        const error = yield* refused(description, given)
        assert.strictEqual(error.message, `${rpc}: \`request\` is not an object`)
      })
  )

  it.effect("are left as they were", () =>
    Effect.gen(function*() {
      const given = Object.freeze({ ...request, cake: Object.freeze({ flavour: "plum" }) })
      yield* start({ ...description, idempotencyField: "cakeId" }, given)
      assert.deepStrictEqual(given, { ...request, cake: { flavour: "plum" } })
    }))
})

describe("the request id", () => {
  const v4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
  const inQuery = {
    request: { parent: path, requestId: query },
    idempotencyField: "requestId"
  } as const
  const inBody = {
    body: "*",
    request: { parent: path, requestId: body },
    idempotencyField: "requestId"
  } as const

  it.effect.each([{}, { requestId: undefined }, { requestId: null }, { requestId: "" }])(
    "is a random UUID when the request has %j",
    (given) =>
      Effect.gen(function*() {
        const { line, started } = yield* start(inQuery, { parent, ...given })
        const id = new URL(line.slice("POST ".length), origin).searchParams.get("requestId")
        assert.match(id ?? "", v4)
        assert.strictEqual(line, `POST ${cakes}?requestId=${id}`)
        assert.strictEqual(started.ref.requestId, id)
        const sent = yield* start(inBody, { parent, ...given })
        assert.match(sent.started.ref.requestId ?? "", v4)
        assert.strictEqual(sent.body, `{"requestId":"${sent.started.ref.requestId}"}`)
      })
  )

  it.effect("is kept when it was given", () =>
    Effect.gen(function*() {
      const { line, started } = yield* start(inQuery, { parent, requestId: "mine/1" })
      assert.strictEqual(line, `POST ${cakes}?requestId=mine%2F1`)
      assert.strictEqual(started.ref.requestId, "mine/1")
    }))

  it.effect("is never the same twice", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const ids = yield* Effect.replicateEffect(
        Effect.map(client.start(method(inQuery), { parent }), ({ ref }) => ref.requestId ?? ""),
        1_000
      )
      assert.strictEqual(new Set(ids).size, 1_000)
      for (const id of ids) assert.match(id, v4)
    }).pipe(Effect.provide(http(running))))

  it.effect("is not made for a method without one, and is then no promise", () =>
    Effect.gen(function*() {
      const plain = { request: { parent: path, requestId: query } } as const
      assert.isUndefined((yield* start(plain, { parent })).started.ref.requestId)
      assert.isUndefined((yield* start(plain, { parent, requestId: "x" })).started.ref.requestId)
    }))
})

describe("what a start gives", () => {
  it.effect("is the reply, its reference and its method", () =>
    Effect.gen(function*() {
      const description = method({})
      const client = yield* Operations.make(binding, {
        endpoint: (l) => `https://${l}-bakery.googleapis.com`
      })
      const started = yield* client.start(description, { parent })
      assert.strictEqual(started.name, name)
      assert.deepStrictEqual(started.operation, { name, done: false })
      assert.strictEqual(started.method, description)
      const { startedAt, ...ref } = started.ref
      assert.deepStrictEqual(ref, {
        service: "bakery.googleapis.com",
        version: "v1",
        endpoint: "https://l-bakery.googleapis.com",
        name,
        method: rpc,
        requestId: undefined
      })
      assert.strictEqual(DateTime.toEpochMillis(startedAt), 0)
    }).pipe(Effect.provide(http(running))))

  it.effect("may lack a name only when it is done", () =>
    Effect.gen(function*() {
      const done = yield* Effect.flatMap(Operations.make(binding), (client) =>
        client.start(method({}), { parent })).pipe(
          Effect.provide(http(() =>
            FakeHttp.json({ done: true, response: { a: 1 } })
          ))
        )
      assert.deepStrictEqual(done.operation, { name: "", done: true, response: { a: 1 } })
      const lost = yield* Effect.flatMap(Operations.make(binding), (client) =>
        Effect.flip(client.start(method({}), { parent }))).pipe(
          Effect.provide(http(() =>
            FakeHttp.json({ metadata: {} })
          ))
        )
      assert.include(lost.message, "the operation runs and has no name")
    }))
})
