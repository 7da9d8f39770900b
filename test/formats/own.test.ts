/** A format of one's own: what its functions throw is part of an error that names them, and no defect. */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted, Schema, TestClock } from "effect"
import { Credentials, OperationFormat, Operations } from "effect-lro"
import * as FakeHttp from "../kit/FakeHttp.ts"

const name = "projects/p/jobs/1"

const right: OperationFormat.Options = {
  operation: ({ id, state }) => ({ name: String(id), done: state === "FINISHED" }),
  page: ({ items }) => ({ items: Array.isArray(items) ? items : [] })
}

const bindingOf = (options: Partial<OperationFormat.Options>) =>
  Operations.binding({
    service: "mill.example.com",
    version: "v1",
    scopes: [],
    operationFormat: OperationFormat.make({ ...right, ...options }),
    methods: {
      get: { verb: "GET", templates: ["/v1/{name=projects/*/jobs/*}"] },
      list: { verb: "GET", templates: ["/v1/{name=projects/*}/jobs"] },
      delete: { verb: "DELETE", templates: ["/v1/{name=projects/*/jobs/*}"] }
    }
  })

class Mill extends Operations.Tag<Mill>()("test/Mill", bindingOf({})) {}

const grind = Operations.method<{ readonly grain: string }>()({
  service: "mill.example.com/v1",
  rpc: "example.mill.v1.Mill.Grind",
  verb: "POST",
  templates: ["/v1/{grain=projects/*}/jobs"],
  request: { grain: { in: "path", required: true } },
  metadata: Schema.Struct({})
})

const job = { id: name, state: "RUNNING" }

const layer = (
  options: Partial<OperationFormat.Options>,
  handler: FakeHttp.Handler = () => FakeHttp.json(job)
) =>
  Layer.scoped(Mill, Operations.make(bindingOf(options))).pipe(
    Layer.provide(Credentials.layerToken(Redacted.make("ya29.canary-0123456789abcdef"))),
    Layer.provideMerge(FakeHttp.layer(handler))
  )

const boom = (): never => {
  throw new TypeError("no grain")
}

const threw = (what: string) => `\`${what}\` of the binding's operationFormat threw TypeError`

describe("a function of a format that throws", () => {
  it.effect("operation: the reply is no operation, for get, list and start", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      const [got, started] = yield* Effect.all([
        Effect.flip(mill.get({ name })),
        Effect.flip(mill.start(grind, { grain: "projects/p" }))
      ])
      for (const error of [got, started]) {
        assert.isTrue(error._tag === "MalformedResponse" && error.reason === "NotAnOperation")
        assert.include(error.message, `of https://mill.example.com/v1/projects/p/jobs`)
        assert.include(error.message, `${threw("operation")}: no grain`)
      }
      assert.include(started.message, "the operation may exist")
    }).pipe(Effect.provide(layer({ operation: boom }))))

  it.effect("operation: one in a page fails the page, and says which", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      const error = yield* Effect.flip(mill.listPage({ name: "projects/p" }))
      assert.isTrue(error._tag === "MalformedResponse" && error.reason === "NotAPage")
      assert.include(error.message, `\`operations[0]\`: ${threw("operation")}: no grain`)
    }).pipe(Effect.provide(layer({ operation: boom }, () => FakeHttp.json({ items: [job] })))))

  it.effect("page: the reply is no page", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      const error = yield* Effect.flip(mill.listPage({ name: "projects/p" }))
      assert.isTrue(error._tag === "MalformedResponse" && error.reason === "NotAPage")
      assert.include(error.message, `${threw("page")}: no grain`)
    }).pipe(Effect.provide(layer({ page: boom }))))

  it.effect("query: nothing is sent", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      for (const call of [mill.get({ name }), mill.delete({ name }), mill.untilDone(name)]) {
        const error = yield* Effect.flip(call)
        assert.isTrue(error._tag === "InvalidRequest" && error.argument === "name")
        assert.include(error.message, `cannot be asked about: ${threw("query")}: no grain`)
      }
      assert.lengthOf(yield* FakeHttp.calls, 0)
    }).pipe(Effect.provide(layer({ query: boom }))))

  it.effect("hint: the refusal stands without one", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      const error = yield* Effect.flip(mill.get({ name: "jobs/1" }))
      assert.isTrue(error._tag === "InvalidRequest" && error.hint === undefined)
    }).pipe(Effect.provide(layer({ hint: boom }))))

  it.effect("refuse: nothing is started, and the request is not quoted", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      const error = yield* Effect.flip(mill.start(grind, { grain: "projects/p" }))
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.include(error.message, `\`request\` cannot be checked: ${threw("refuse")}`)
      assert.notInclude(error.message, "no grain")
      assert.lengthOf(yield* FakeHttp.calls, 0)
    }).pipe(Effect.provide(layer({ refuse: boom }))))

  it.effect("advice: the error of the call stands, and says so", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      const error = yield* Effect.flip(mill.get({ name }))
      assert.strictEqual(error._tag, "PERMISSION_DENIED")
      assert.include(error.message, `${threw("advice")}: no grain`)
    }).pipe(
      Effect.provide(layer({ advice: boom }, () => FakeHttp.failure(403, "PERMISSION_DENIED")))
    ))

  it.effect("[17] a wait bears three such polls in a row", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      const fiber = yield* Effect.fork(
        Effect.flip(mill.untilDone(name, { spread: 0 }))
      )
      yield* TestClock.adjust("1 hour")
      const error = yield* Fiber.join(fiber)
      assert.strictEqual(error._tag, "MalformedResponse")
      assert.lengthOf(yield* FakeHttp.calls, 4)
    }).pipe(Effect.provide(layer({ operation: boom }))))

  it.effect("[12] may quote the token, which is not told", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      for (
        const error of [
          yield* Effect.flip(mill.get({ name })),
          yield* Effect.flip(mill.listPage({ name: "projects/p" }))
        ]
      ) {
        assert.include(error.message, "threw Error: it reads")
        assert.notInclude(error.message, "canary")
      }
    }).pipe(
      Effect.provide(layer({
        operation: () => {
          throw new Error("it reads Bearer ya29.canary-0123456789abcdef")
        },
        page: () => {
          throw new Error("it reads Bearer ya29.canary-0123456789abcdef")
        }
      }))
    ))
})

describe("a function of a format that gives something else", () => {
  const answers: ReadonlyArray<unknown> = [undefined, null, 7, {}, { name, done: "no" }, {
    name: 7,
    done: true
  }, Promise.resolve({ name, done: true })]

  for (const [i, answer] of answers.entries()) {
    it.effect(`gives no operation and no page: ${i}`, () =>
      Effect.gen(function*() {
        const mill = yield* Mill
        const got = yield* Effect.flip(mill.get({ name }))
        assert.isTrue(got._tag === "MalformedResponse" && got.reason === "NotAnOperation")
        assert.include(
          got.message,
          "`operation` of the binding's operationFormat gave no operation"
        )
        const listed = yield* Effect.flip(mill.listPage({ name: "projects/p" }))
        assert.isTrue(listed._tag === "MalformedResponse" && listed.reason === "NotAPage")
        assert.include(listed.message, "`page` of the binding's operationFormat gave no page")
      }).pipe(
        Effect.provide(layer({ operation: () => answer as never, page: () => answer as never }))
      ))
  }
})

describe("what list takes where a format does not say", () => {
  it.effect("is what google.longrunning takes, and nothing else", () =>
    Effect.gen(function*() {
      const mill = yield* Mill
      yield* mill.listPage({
        name: "projects/p",
        filter: "a=b",
        pageSize: 1,
        pageToken: "t",
        returnPartialSuccess: true
      })
      const [call] = yield* FakeHttp.calls
      assert.strictEqual(
        call?.url,
        "https://mill.example.com/v1/projects/p/jobs?filter=a%3Db&pageSize=1&pageToken=t&returnPartialSuccess=true"
      )
      const other = { name: "projects/p", toString: "x" }
      const problems = yield* Effect.all([
        Effect.flip(mill.listPage(other as never)),
        Effect.flip(mill.listPage({ name: "projects/p", pageSize: -1 })),
        Effect.flip(mill.listPage({ name: "projects/p", filter: " " })),
        Effect.flip(mill.listPage({ name: "projects/p", pageToken: "\ud800" }))
      ])
      assert.deepStrictEqual(
        problems.map((error) => error._tag === "InvalidRequest" ? error.problem : error._tag),
        [
          "is no parameter of the service",
          "is not a whole number from 0",
          "is empty",
          "contains a lone surrogate"
        ]
      )
      assert.lengthOf(yield* FakeHttp.calls, 1)
    }).pipe(Effect.provide(layer({}))))
})

describe("a wait whose layer is gone", () => {
  it.effect("[22] names the method that was asked for: google.longrunning's, unless the binding names another", () =>
    Effect.gen(function*() {
      const binding = bindingOf({})
      const template = "/v1/{name=projects/*/jobs/*}"
      const named = {
        ...binding,
        methods: {
          ...binding.methods,
          get: { ...binding.methods.get, rpcs: { [template]: "example.mill.v1.Jobs.Get" } }
        }
      }
      const methods: Array<string> = []
      for (const each of [binding, named]) {
        const error = yield* Effect.scoped(
          Effect.gen(function*() {
            const mill = yield* Operations.make(each)
            const fiber = yield* Effect.forkDaemon(Effect.flip(mill.untilDone(name)))
            yield* TestClock.adjust(Duration.seconds(1))
            return fiber
          })
        ).pipe(Effect.flatMap(Fiber.join))
        assert.isTrue(error._tag === "TransportError" && error.reason === "Closed")
        if ("method" in error) methods.push(String(error.method))
      }
      assert.deepStrictEqual(methods, [
        "google.longrunning.Operations.GetOperation",
        "example.mill.v1.Jobs.Get"
      ])
    }).pipe(
      Effect.provide(
        Layer.merge(Credentials.layerNone, FakeHttp.layer(() => FakeHttp.json(job)))
      )
    ))
})
