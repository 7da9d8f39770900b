import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either } from "effect"
import { InvalidSettings } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { binding, http, name, parent } from "../kit/bakery.ts"
import { repetitions } from "../kit/counts.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import {
  body,
  cakes,
  type Description,
  method,
  origin,
  path,
  query,
  refused,
  rpc,
  running,
  start
} from "../kit/starting.ts"

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
      const fields = { parent: "parent", name: "name", ovenId: "oven_id" }
      const used = Object.entries(fields).filter(([, variable]) =>
        templates.some((template) => template.includes(`{${variable}`))
      )
      const path = Object.fromEntries(used.map(([field]) => [field, { in: "path" } as const]))
      const sent = yield* start({ templates, request: path }, request)
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
      [`${origin}/v1/${parent}`, "is a URL, not a resource name", undefined],
      ["projects/p", "does not fit", undefined],
      [name, "does not fit", undefined],
      [`/${parent}`, "starts with a slash", parent],
      [`v1/${parent}`, "starts with a version", parent],
      [`/v1/${parent}`, "starts with a slash", parent],
      [7, "does not fit", undefined],
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

  it.effect("a parent with a lone surrogate is refused", () =>
    Effect.gen(function*() {
      const error = yield* refused({}, { parent: "projects/p/locations/\ud800" })
      assert.strictEqual(error.message, `${rpc}: \`parent\` contains a lone surrogate`)
    }))

  it.effect("[37] a number in the path is its text", () =>
    Effect.gen(function*() {
      const templates = ["/v1/{parent}/cakes"] as const
      assert.strictEqual((yield* start({ templates }, { parent: 42n })).line, "POST /v1/42/cakes")
      assert.strictEqual((yield* start({ templates }, { parent: 42 })).line, "POST /v1/42/cakes")
    }))

  it.effect("a request that fits no template is told what each of them lacks", () =>
    Effect.gen(function*() {
      const templates = [
        "/v1/projects/{project_id}/cakes",
        "/v1/{parent=projects/*/locations/*}/cakes"
      ] as const
      const description = {
        templates,
        body: "cake",
        request: { projectId: { in: "path" }, parent: { in: "path" }, cake: body }
      } as const
      const error = yield* refused(description, { cake: {} })
      assert.strictEqual(
        error.message,
        `${rpc}: \`parent\` is missing, and so is \`projectId\`; expected projects/*/locations/*`
      )
      const regional = yield* start(description, { parent, cake: {} })
      assert.strictEqual(regional.line, `POST ${cakes}`)
      const global = yield* start(description, { projectId: "p", cake: {} })
      assert.strictEqual(global.line, "POST /v1/projects/p/cakes")
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

describe("[15] the request id", () => {
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
        repetitions(1_000)
      )
      assert.strictEqual(new Set(ids).size, repetitions(1_000))
      for (const id of ids) assert.match(id, v4)
    }).pipe(Effect.provide(http(running))))

  it.effect("is not made for a method without one, and is then no promise", () =>
    Effect.gen(function*() {
      const plain = { request: { parent: path, requestId: query } } as const
      assert.isUndefined((yield* start(plain, { parent })).started.ref.requestId)
      assert.isUndefined((yield* start(plain, { parent, requestId: "x" })).started.ref.requestId)
    }))
})

const assertRefused = (description: Partial<Description>, problem: string) => {
  const made = Either.try({ try: () => method(description), catch: (error) => error })
  assert.deepStrictEqual(
    made,
    Either.left(new InvalidSettings({ setting: rpc, problem }))
  )
}

describe("a description that types did not see", () => {
  const good = {
    templates: ["/v1/{parent=projects/*/locations/*}/cakes"],
    body: "cake",
    request: { parent: path, cakeId: query, cake: body }
  } as const

  it.effect.each<readonly [wrong: Partial<Description>, problem: string]>([
    [
      { body: "*", templates: ["v1/{parent=**}"] },
      "has the template v1/{parent=**}, which is none"
    ],
    [
      { templates: ["/v1/{name=cakes/*}"] },
      "has `name` in a template and not as a field in the path"
    ],
    [
      { templates: ["/v1/{parent}/{cake_id}"] },
      "has `cakeId` in a template and not as a field in the path"
    ],
    [{ templates: ["/v1/cakes"] }, "has the field `parent` in the path and in no template"],
    [
      { request: { ...good.request, box: body } },
      "has the field `box` in the body, and its `body` is cake"
    ],
    [
      { body: "box", request: { parent: path } },
      "has `body` `box`, which is no field in the body"
    ],
    [{ idempotencyField: "requestId" }, "has no field `requestId` for its request id"]
  ])(
    "%j is refused when it is made: %s",
    ([wrong, problem]) => Effect.sync(() => assertRefused({ ...good, ...wrong }, problem))
  )

  it("a forgotten body is refused, and drops no argument", () => {
    const { body: _, ...forgotten } = good
    assertRefused(forgotten, "has the field `cake` in the body, and its `body` is left out")
  })

  it.effect("is refused at the first start where a generator made it", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const forgotten = Operations.generatedMethod<{ readonly parent: string }>()({
        ...method({}),
        templates: ["/v1/cakes"]
      })
      const error = yield* Effect.flip(client.start(forgotten, { parent }))
      assert.strictEqual(
        error.message,
        `${rpc}: \`method\` has the field \`parent\` in the path and in no template`
      )
    }).pipe(Effect.provide(http(running))))
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
