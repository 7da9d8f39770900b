import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect, Option, Redacted, Schema } from "effect"
import { parent } from "../kit/bakery.ts"
import { body, cakes, type Description, path, query, refused, rpc, start } from "../kit/starting.ts"

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
    // What is no JSON number has a name.
    [{ count: Number.NaN, size: Number.NEGATIVE_INFINITY }, "?count=NaN&size=-Infinity"],
    [{ tags: new Uint8Array([251, 255]), cakeId: Option.some("c") }, "?tags=%2B%2F8%3D&cakeId=c"],
    [{ options: { for: Duration.millis(1500), none: Option.none() } }, "?options.for=1.500s"],
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
    [{ tags: ["a", "\udc00"] }, "tags[1]", "contains a lone surrogate"],
    [{ options: { "\ud800": 1 } }, "options", "contains a lone surrogate"],
    [{ options: { a: { "b\udc00": 1 } } }, "options.a", "contains a lone surrogate"],
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
      assert.strictEqual(error.message, `${rpc}: \`options\` is nested too deeply`)
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
        text: "é\u2028"
      }
      const sent = yield* start(whole, { parent, cake })
      assert.strictEqual(
        sent.body,
        "{\"cake\":{\"big\":\"9007199254740993\",\"list\":[\"1\",{\"deep\":\"-1\"}]," +
          "\"heat\":[\"NaN\",\"Infinity\",\"-Infinity\"],\"at\":\"1970-01-01T00:00:00.000Z\"," +
          "\"text\":\"é\u2028\"}}"
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
  const throwing = () => ({
    get flavour() {
      return assert.fail("no flavour")
    }
  })
  it.effect.each<readonly [what: string, cake: () => object, argument: string, problem: string]>([
    ["refers to itself", cyclic, "cake", "is nested too deeply"],
    ["is 50,000 deep", deep, "cake", "is nested too deeply"],
    ["throws", throwing, "request", "cannot be written as JSON"]
  ])("that %s is refused", ([, make, argument, problem]) =>
    Effect.gen(function*() {
      const request = { parent, cake: make() }
      for (const description of [whole, { body: "cake", request: { parent: path, cake: body } }]) {
        const error = yield* refused(description as Partial<Description>, request)
        assert.strictEqual(error.message, `${rpc}: \`${argument}\` ${problem}`)
      }
    }))

  it.effect("[37] refuses two members of one oneof, and names both", () =>
    Effect.gen(function*() {
      const oneOf = {
        body: "*",
        request: {
          parent: path,
          cream: { in: "body", oneOf: "topping" },
          glaze: { in: "body", oneOf: "topping" },
          box: { in: "query", oneOf: "wrap" },
          paper: { in: "body", oneOf: "wrap" }
        }
      } as const
      const refusal = (request: object) =>
        Effect.map(refused(oneOf, { parent, ...request }), ({ message }) => message)
      assert.strictEqual(
        yield* refusal({ cream: "x", glaze: "y" }),
        `${rpc}: \`glaze\` excludes \`cream\`: a request has one of \`topping\``
      )
      assert.strictEqual(
        yield* refusal({ cream: "", paper: {}, box: 0 }),
        `${rpc}: \`paper\` excludes \`box\`: a request has one of \`wrap\``
      )
      const sent = yield* start(oneOf, {
        parent,
        cream: "x",
        glaze: undefined,
        paper: Option.none(),
        box: true
      })
      assert.strictEqual(sent.line, `POST ${cakes}?box=true`)
      assert.strictEqual(sent.body, `{"cream":"x"}`)
    }))

  it.effect("[37] refuses what JSON would corrupt, by its path", () =>
    Effect.gen(function*() {
      const cake = { layers: [{ ok: 1 }, { toppings: new Map([["plum", 3]]) }] }
      const error = yield* refused(whole, { parent, cake })
      assert.strictEqual(
        error.message,
        `${rpc}: \`cake.layers[1].toppings\` is an instance of Map`
      )
      const secret = yield* refused(whole, { parent, cake: { key: Redacted.make("secret") } })
      assert.strictEqual(secret.message, `${rpc}: \`cake.key\` is Redacted`)
    }))

  it.effect("[37] takes values that stand for others, in path, query and body alike", () =>
    Effect.gen(function*() {
      class Cake
        extends Schema.Class<Cake>("Cake")({ flavour: Schema.String, at: Schema.DateFromSelf })
      {
        get price() {
          return 7
        }
      }
      const cake = new Cake({ flavour: "plum", at: new Date(0) })
      const sent = yield* start(whole, {
        parent: Option.some(parent),
        cake,
        dry: Option.some(true)
      })
      assert.strictEqual(sent.line, `POST ${cakes}?dry=true`)
      assert.strictEqual(
        sent.body,
        "{\"cake\":{\"flavour\":\"plum\",\"at\":\"1970-01-01T00:00:00.000Z\"}}"
      )
      const absent = yield* refused(whole, { parent: Option.none() })
      assert.strictEqual(absent.problem, "is missing")
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
