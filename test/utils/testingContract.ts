/**
 * What the operations server promises, whatever its form. Time is virtual in both.
 */
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Fiber, type Layer, TestClock } from "effect"
import * as Testing from "../../src/testing.ts"
import {
  bindings,
  createHub,
  methods,
  networkConnectivity,
  workloadManager
} from "./testingBindings.ts"

export interface Sent {
  readonly verb: string
  readonly path: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly host?: string
}

export interface Got {
  readonly status: number
  readonly type: string | null
  readonly text: string
}

/** No reply came. */
export interface Lost {
  readonly _tag: "Lost"
}

export class Sender extends Context.Tag("test/Sender")<
  Sender,
  (request: Sent) => Effect.Effect<Got, Lost>
>() {}

interface BadRequest {
  readonly error: {
    readonly details?: ReadonlyArray<
      { readonly fieldViolations: ReadonlyArray<{ readonly field: string }> }
    >
  }
}

type Form = (options: Testing.Options) => Layer.Layer<Testing.OperationsServer | Sender>

const send = (request: Sent) => Effect.flatMap(Sender, (sender) => sender(request))

const json = (request: Sent) =>
  Effect.map(send(request), ({ status, text, type }) => {
    assert.strictEqual(type, "application/json; charset=UTF-8")
    return [status, JSON.parse(text)] as const
  })

const get = (name: string, query = "") => json({ verb: "GET", path: `/v1/${name}`, query })
const list = (path: string, query = "") => json({ verb: "GET", path, query })
const cancel = (name: string) => json({ verb: "POST", path: `/v1/${name}:cancel`, body: "{}" })

const names = (page: { readonly operations?: ReadonlyArray<{ readonly name: string }> }) =>
  (page.operations ?? []).map(({ name }) => name)

const parent = "projects/p/locations/global"
const name = `${parent}/operations/o`
const hubType = "google.cloud.networkconnectivity.v1.Hub"
const uuid = "6d5b3a0e-51a5-4d3b-9a48-3e0c1d1e2f30"

const startHub = (query: string, body: string | undefined = "{\"description\":\"d\"}") =>
  json({ verb: "POST", path: `/v1/${parent}/hubs`, query, ...(body === undefined ? {} : { body }) })

/** Lets a request that was forked arrive; sockets need turns of the event loop. */
const untilArrived = (count: number) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    while ((yield* server.requests).length < count) {
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
  })

export const contract = (title: string, form: Form): void => {
  const test = <E>(
    what: string,
    body: Effect.Effect<void, E, Testing.OperationsServer | Sender>,
    options?: Partial<Testing.Options>
  ) => it.effect(what, () => Effect.provide(body, form({ bindings, methods, ...options })))

  describe(title, () => {
    test(
      "an operation runs, then has its response; `done` is absent until it is true",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const response = Testing.pack(hubType, { name: "h" })
        yield* server.put(name, Testing.succeedAfter("30 seconds", { response }))
        assert.deepStrictEqual(yield* get(name), [200, { name }])
        yield* TestClock.adjust("29999 millis")
        assert.deepStrictEqual(yield* get(name), [200, { name }])
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(yield* get(name), [200, { name, done: true, response }])
        assert.deepStrictEqual(yield* server.operations, [{ name, done: true, response }])
      })
    )

    test(
      "the ways to end: with Empty, an error, neither, never, at once",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const status = {
          code: "ABORTED",
          message: "m",
          details: [Testing.pack("google.rpc.DebugInfo")]
        } as const
        yield* server.put(`${parent}/operations/empty`, Testing.succeedAfter(0))
        yield* server.put(`${parent}/operations/aborted`, Testing.failAfter("1 seconds", status))
        yield* server.put(`${parent}/operations/odd`, Testing.failAfter("1 seconds", { code: 123 }))
        yield* server.put(`${parent}/operations/zero`, Testing.failAfter("1 seconds", { code: 0 }))
        yield* server.put(`${parent}/operations/neither`, Testing.endAfter("1 seconds"))
        yield* server.put(`${parent}/operations/never`, Testing.neverDone())
        const end = (id: string) =>
          Effect.map(get(`${parent}/operations/${id}`), ([, { name: _, ...rest }]) => rest)
        assert.deepStrictEqual(yield* end("empty"), {
          done: true,
          response: { "@type": "type.googleapis.com/google.protobuf.Empty" }
        })
        assert.deepStrictEqual(yield* end("neither"), {})
        yield* TestClock.adjust("365 days")
        assert.deepStrictEqual(yield* end("aborted"), {
          done: true,
          error: { code: 10, message: "m", details: status.details }
        })
        assert.deepStrictEqual(yield* end("odd"), { done: true, error: { code: 123 } })
        assert.deepStrictEqual(yield* end("zero"), { done: true, error: {} })
        assert.deepStrictEqual(yield* end("neither"), { done: true })
        assert.deepStrictEqual(yield* end("never"), {})
      })
    )

    test(
      "metadata: constant, timed, by progress",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const message = (fields: Testing.JsonObject) => Testing.pack("example.Progress", fields)
        const at = (id: string) =>
          Effect.map(get(`${parent}/operations/${id}`), ([, operation]) => operation.metadata)
        yield* server.put(
          `${parent}/operations/a`,
          Testing.succeedAfter(0, { metadata: message({ a: 1 }) })
        )
        yield* server.put(
          `${parent}/operations/b`,
          Testing.succeedAfter("4 seconds", {
            metadata: [
              { at: "1 seconds", metadata: message({ step: 1 }) },
              { at: "3 seconds", metadata: message({ step: 2 }) },
              { at: "9 seconds", metadata: message({ step: 3 }) }
            ]
          })
        )
        yield* server.put(
          `${parent}/operations/c`,
          Testing.succeedAfter("4 seconds", {
            metadata: ({ cancelRequested, done, elapsed, endedAt, fraction }) =>
              message({
                cancelRequested,
                done,
                fraction,
                ms: Duration.toMillis(elapsed),
                ended: endedAt._tag
              })
          })
        )
        assert.deepStrictEqual(yield* at("a"), message({ a: 1 }))
        assert.isUndefined(yield* at("b"))
        yield* TestClock.adjust("1 seconds")
        assert.deepStrictEqual(yield* at("b"), message({ step: 1 }))
        assert.deepStrictEqual(
          yield* at("c"),
          message({ cancelRequested: false, done: false, fraction: 0.25, ms: 1000, ended: "None" })
        )
        yield* TestClock.adjust("1 hours")
        assert.deepStrictEqual(yield* at("b"), message({ step: 2 }))
        assert.deepStrictEqual(
          yield* at("c"),
          message({ cancelRequested: false, done: true, fraction: 1, ms: 4000, ended: "Some" })
        )
      })
    )

    test(
      "a timeline replies with exactly what it says",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const early = { error: { code: 5 } }
        const both = { name: "operations/other", done: true, error: { code: 5 }, response: {} }
        yield* server.put(
          name,
          Testing.timeline([{ at: "1 seconds", operation: early }, {
            at: "2 seconds",
            operation: both
          }])
        )
        assert.deepStrictEqual(yield* get(name), [200, { name }])
        yield* TestClock.adjust("1 seconds")
        assert.deepStrictEqual(yield* get(name), [200, { name, ...early }])
        yield* TestClock.adjust("1 seconds")
        assert.deepStrictEqual(yield* get(name), [200, both])
      })
    )

    test(
      "cancel ends an operation with code 1, once and for all; a body is optional",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(
          name,
          Testing.succeedAfter("1 minutes", { metadata: Testing.pack("example.M") })
        )
        yield* TestClock.adjust("5 seconds")
        assert.deepStrictEqual(yield* cancel(name), [200, {}])
        const cancelled = {
          name,
          metadata: Testing.pack("example.M"),
          done: true,
          error: { code: 1, message: "The operation was cancelled." }
        }
        assert.deepStrictEqual(yield* get(name), [200, cancelled])
        assert.deepStrictEqual(yield* json({ verb: "POST", path: `/v1/${name}:cancel` }), [200, {}])
        yield* TestClock.adjust("1 hours")
        assert.deepStrictEqual(yield* get(name), [200, cancelled])
        const requests = yield* server.requests
        assert.deepStrictEqual(requests.map(({ body }) => body), [
          "{}",
          undefined,
          undefined,
          undefined
        ])
        assert.deepStrictEqual(requests.map(({ at }) => at), [5000, 5000, 5000, 3_605_000])
      })
    )

    test(
      "a cancel may take its time, be ignored, be unsupported, and is too late when done",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const put = (id: string, options: Testing.ScriptOptions) =>
          server.put(`${parent}/operations/${id}`, Testing.succeedAfter("10 seconds", options))
        const codeOf = (id: string) =>
          Effect.map(
            get(`${parent}/operations/${id}`),
            ([, { done, error }]) => [done === true, error?.code ?? 0]
          )
        yield* put("slow", { cancelAfter: "3 seconds" })
        yield* put("late", { cancelAfter: "30 seconds" })
        yield* put("ignored", { cancellation: "ignored" })
        yield* put("unsupported", { cancellation: "unsupported" })
        yield* put("done", {})
        for (const id of ["slow", "late", "ignored"]) {
          assert.deepStrictEqual(yield* cancel(`${parent}/operations/${id}`), [200, {}])
        }
        const [status, { error }] = yield* cancel(`${parent}/operations/unsupported`)
        assert.deepStrictEqual([status, error.status], [501, "UNIMPLEMENTED"])
        yield* TestClock.adjust("2 seconds")
        assert.deepStrictEqual(yield* codeOf("slow"), [false, 0])
        yield* TestClock.adjust("1 seconds")
        assert.deepStrictEqual(yield* codeOf("slow"), [true, 1])
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* cancel(`${parent}/operations/done`), [200, {}])
        for (const id of ["late", "ignored", "unsupported", "done"]) {
          assert.deepStrictEqual(yield* codeOf(id), [true, 0])
        }
      })
    )

    test(
      "delete forgets an operation; errors come in both formats",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const remove = json({ verb: "DELETE", path: `/v1/${name}` })
        yield* server.put(name, Testing.neverDone())
        assert.deepStrictEqual(yield* remove, [200, {}])
        const message = `Operation "${name}" was not found.`
        const v2 = [404, { error: { code: 404, message, status: "NOT_FOUND" } }] as const
        assert.deepStrictEqual(yield* remove, v2)
        assert.deepStrictEqual(yield* get(name), v2)
        assert.deepStrictEqual(yield* get(name, "$.xgafv=2"), v2)
        assert.deepStrictEqual(yield* get(name, "%24.xgafv=1"), [404, {
          error: { code: 404, message, errors: [{ domain: "global", reason: "notFound", message }] }
        }])
        const [status, { error }] = yield* get(name, "$.xgafv=3")
        assert.deepStrictEqual([status, error.status], [400, "INVALID_ARGUMENT"])
        yield* server.put(name, Testing.neverDone())
        yield* server.remove(name)
        assert.deepStrictEqual(yield* get(name), v2)
      })
    )

    test(
      "names are decoded, slashes kept; an encoded slash or colon is neither separator nor verb",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const odd = "operations/google.showcase.v1beta1.Echo/Wait/a+b/c=="
        yield* server.put(odd, Testing.neverDone())
        yield* server.put("operations/x:cancel", Testing.neverDone())
        const path = (text: string) => json({ verb: "GET", path: `/v1beta1/${text}` })
        const encoded = "operations/google.showcase.v1beta1.Echo/Wait/a%2Bb/c%3D%3D"
        assert.deepStrictEqual(yield* path(encoded), [200, { name: odd }])
        assert.strictEqual((yield* path(encoded.replace("Wait/", "Wait%2F")))[0], 404)
        assert.deepStrictEqual(yield* path("operations/x%3Acancel"), [200, {
          name: "operations/x:cancel"
        }])
        const post = yield* send({
          verb: "POST",
          path: "/v1beta1/operations/x%3Acancel",
          body: "{}"
        })
        assert.deepStrictEqual([post.status, post.type], [404, "text/html; charset=UTF-8"])
        assert.deepStrictEqual((yield* server.requests).map((request) => request.name), [
          odd,
          odd.replace("Wait/", "Wait%2F"),
          "operations/x:cancel",
          undefined
        ])
      })
    )

    test(
      "several templates, a literal before the name",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put("projects/p/operations/o", Testing.neverDone())
        yield* server.put("projects/p/instances/i/operations/o", Testing.neverDone())
        assert.deepStrictEqual(yield* get("projects/p/operations/o"), [200, {
          name: "projects/p/operations/o"
        }])
        assert.deepStrictEqual(
          yield* json({ verb: "GET", path: "/v2/operations/projects/p/instances/i/operations/o" }),
          [200, { name: "projects/p/instances/i/operations/o" }]
        )
        assert.deepStrictEqual(yield* cancel("projects/p/operations/o"), [200, {}])
      })
    )

    test(
      "lists: below a parent, over all locations, inside the name, without a name",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const all = [
          "projects/p/locations/a/operations/1",
          "projects/p/locations/b/operations/2",
          "projects/p/operations/3",
          "projects/p/instances/i/operations/4",
          "operations/5",
          "operations/deep/6",
          "users/u/operations/7",
          "projects/pp/operations/8"
        ]
        for (const one of all) yield* server.put(one, Testing.neverDone())
        const listed = (path: string, query?: string) =>
          Effect.map(list(path, query), ([status, page]) => [status, ...names(page)])
        assert.deepStrictEqual(yield* listed("/v1/projects/p/locations/a/operations"), [
          200,
          all[0]
        ])
        assert.deepStrictEqual(yield* listed("/v1/projects/p/locations/-/operations"), [
          200,
          all[0],
          all[1]
        ])
        assert.deepStrictEqual(yield* listed("/v1/projects/p/operations"), [200, all[2]])
        assert.deepStrictEqual(yield* listed("/v2/projects/p/instances/i/operations"), [
          200,
          all[3]
        ])
        assert.deepStrictEqual(yield* listed("/v1beta1/operations"), [200, all[4], all[5]])
        assert.deepStrictEqual(
          yield* listed("/v1/operations", "filter=serviceName%3Ds.example.com&name=ignored"),
          [200, all[4], all[5]]
        )
        assert.deepStrictEqual(yield* listed("/v1/users/u/operations"), [200, all[6]])
        assert.deepStrictEqual(yield* list("/v1/users/nobody/operations"), [200, {}])
      })
    )

    test(
      "pages: sizes, tokens, and what refuses them",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        for (let i = 0; i < 10; i++) {
          yield* server.put(`${parent}/operations/${i}`, Testing.neverDone())
        }
        const page = (query: string) => list(`/v1/${parent}/operations`, query)
        const read = (
          pageSize: number,
          token = ""
        ): Effect.Effect<ReadonlyArray<number>, Lost, Sender> =>
          Effect.flatMap(page(`page_size=${pageSize}&pageToken=${token}`), ([, body]) => {
            const count = names(body).length
            if (body.nextPageToken === undefined) return Effect.succeed([count])
            assert.match(body.nextPageToken, /^[\w-]+=*$/)
            return Effect.map(read(pageSize, body.nextPageToken), (rest) => [count, ...rest])
          })
        assert.deepStrictEqual(yield* read(4), [4, 4, 2])
        assert.deepStrictEqual(yield* read(5), [5, 5], "no empty page after a full one")
        assert.deepStrictEqual(yield* read(0), [3, 3, 3, 1], "the default")
        assert.deepStrictEqual(yield* read(2000), [5, 5], "the maximum")

        const [, { nextPageToken: token }] = yield* page("pageSize=2")
        const [, resized] = yield* page(`pageSize=1&pageToken=${token}`)
        assert.deepStrictEqual(names(resized), [`${parent}/operations/2`])
        for (
          const query of [
            `pageToken=${token}&filter=done%3Dfalse`,
            "pageToken=nonsense",
            "pageSize=-1",
            "pageSize=1.5",
            "pageSize=x",
            "pageSize=3000000000",
            "skip=1",
            "returnPartialSuccess=yes"
          ]
        ) {
          const [status, { error }] = yield* page(query)
          assert.deepStrictEqual([status, error.status], [400, "INVALID_ARGUMENT"], query)
          const field = query.replace(/=.*/, "")
          assert.strictEqual(error.details[0].fieldViolations[0].field, field)
        }
        assert.strictEqual(
          (yield* list("/v1/projects/other/locations/l/operations", `pageToken=${token}`))[0],
          400
        )
      }),
      { defaultPageSize: 3, maxPageSize: 5 }
    )

    test(
      "a page that scans little may be empty and still have a token",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        for (let i = 0; i < 5; i++) {
          yield* server.put(
            `${parent}/operations/${i}`,
            i === 4 ? Testing.succeedAfter(0) : Testing.neverDone()
          )
        }
        const page = (token: string) =>
          list(`/v1/${parent}/operations`, `filter=done%3Atrue&pageToken=${token}`)
        const [, first] = yield* page("")
        assert.deepStrictEqual(Object.keys(first), ["nextPageToken"])
        const [, second] = yield* page(first.nextPageToken)
        assert.deepStrictEqual(Object.keys(second), ["nextPageToken"])
        const [, third] = yield* page(second.nextPageToken)
        assert.deepStrictEqual([names(third), third.nextPageToken], [
          [`${parent}/operations/4`],
          undefined
        ])
      }),
      { scanPerPage: 2 }
    )

    test(
      "filters; a bad one is INVALID_ARGUMENT with BadRequest",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(`${parent}/operations/done`, Testing.succeedAfter(0))
        yield* server.put(`${parent}/operations/running`, Testing.neverDone())
        const filtered = (filter: string) =>
          list(`/v1/${parent}/operations`, `filter=${encodeURIComponent(filter)}`)
        for (
          const [filter, ids] of [
            ["done=true", ["done"]],
            ["done:true", ["done"]],
            ["done = false", ["running"]],
            ["", ["done", "running"]]
          ] as const
        ) {
          const [, page] = yield* filtered(filter)
          assert.deepStrictEqual(names(page), ids.map((id) => `${parent}/operations/${id}`), filter)
        }
        const [status, { error }] = yield* filtered("done=perhaps")
        assert.deepStrictEqual([status, error], [400, {
          code: 400,
          status: "INVALID_ARGUMENT",
          message: "Invalid value at 'filter': \"perhaps\" is not a boolean",
          details: [{
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            fieldViolations: [{ field: "filter", description: "\"perhaps\" is not a boolean" }]
          }]
        }])
        const [missing, reply] = yield* list("/v1/operations")
        assert.deepStrictEqual([missing, reply.error.details[0].fieldViolations[0].field], [
          400,
          "filter"
        ])
      })
    )

    test(
      "unreachable locations and returnPartialSuccess",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put("projects/p/locations/a/operations/1", Testing.neverDone())
        yield* server.put("projects/p/locations/b/operations/2", Testing.neverDone())
        const operations = [{ name: "projects/p/locations/a/operations/1" }]
        const listed = (location: string, query: string) =>
          list(`/v1/projects/p/locations/${location}/operations`, query)
        assert.deepStrictEqual(yield* listed("-", "returnPartialSuccess=true"), [200, {
          operations,
          unreachable: ["projects/p/locations/b"]
        }])
        assert.strictEqual((yield* listed("-", ""))[0], 503)
        assert.strictEqual((yield* listed("b", ""))[0], 503)
        assert.deepStrictEqual(yield* listed("a", ""), [200, { operations }])
      }),
      { partialSuccess: "supported", unreachable: ["projects/p/locations/b"] }
    )

    test(
      "returnPartialSuccess is UNIMPLEMENTED where it is not supported",
      Effect.gen(function*() {
        const path = "/v1/projects/p/locations/-/operations"
        const [status, { error }] = yield* list(path, "returnPartialSuccess=true")
        assert.deepStrictEqual([status, error.status], [501, "UNIMPLEMENTED"])
        assert.deepStrictEqual(yield* list(path, "returnPartialSuccess=false"), [200, {
          unreachable: ["projects/p/locations/b"]
        }])
      }),
      { unreachable: ["projects/p/locations/b"] }
    )

    test(
      "what is switched off is 501, what no binding has is an HTML 404",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.neverDone())
        assert.deepStrictEqual(yield* cancel(name), [501, {
          error: {
            code: 501,
            message: "The method is not implemented by this service.",
            status: "UNIMPLEMENTED"
          }
        }])
        assert.strictEqual((yield* startHub("hubId=h"))[0], 501)
        assert.strictEqual((yield* get(name))[0], 200)
        for (
          const path of [`/v2/${name}`, "/v1/projects/p", "/", `/v1/${name}/x`, `/v1/${name}:wait`]
        ) {
          const { status, text, type } = yield* send({
            verb: "GET",
            path: path.replace(":wait", "%3Await/x")
          })
          assert.deepStrictEqual([status, type], [404, "text/html; charset=UTF-8"])
          assert.include(text, "was not found on this server")
        }
        const wait = yield* send({ verb: "POST", path: `/v1/${name}:wait`, body: "{}" })
        assert.deepStrictEqual([wait.status, wait.type], [404, "text/html; charset=UTF-8"])
        const wrongHost = yield* send({
          verb: "GET",
          path: `/v1/${name}`,
          host: "compute.googleapis.com"
        })
        assert.deepStrictEqual([wrongHost.status, wrongHost.type], [
          404,
          "text/html; charset=UTF-8"
        ])
      }),
      { disabled: [{ method: "cancel" }, { method: "start", rpc: "HubService.CreateHub" }] }
    )

    test(
      "services that share a path are told apart by host, and joined where the host is neither's",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const service = networkConnectivity.service
        yield* server.put(name, Testing.neverDone(), { service })
        yield* server.put(`${parent}/operations/w`, Testing.neverDone(), {
          service: workloadManager.service
        })
        const at = (host: string) =>
          Effect.map(json({ verb: "GET", path: `/v1/${name}`, host }), ([status]) => status)
        assert.strictEqual(yield* at(service), 200)
        assert.strictEqual(yield* at(service.toUpperCase()), 200)
        assert.strictEqual(yield* at(`us-east1-${service}`), 200)
        assert.strictEqual(yield* at("networkconnectivity.us-east1.rep.googleapis.com"), 200)
        assert.strictEqual(yield* at(workloadManager.service), 404)
        assert.strictEqual(yield* at("proxy.internal:8080"), 200)
        const [, joined] = yield* list(`/v1/${parent}/operations`)
        assert.deepStrictEqual(names(joined), [name, `${parent}/operations/w`])
        const [, own] = yield* json({
          verb: "GET",
          path: `/v1/${parent}/operations`,
          host: service
        })
        assert.deepStrictEqual(names(own), [name])
      }),
      { bindings: [workloadManager, networkConnectivity] }
    )

    test(
      "a method starts an operation under the service's names, with its metadata and its resource",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const [status, started] = yield* startHub("hubId=h1&%24.xgafv=2")
        const operation = `${parent}/operations/operation-1`
        const metadata = {
          "@type": "type.googleapis.com/google.cloud.networkconnectivity.v1.OperationMetadata",
          createTime: "1970-01-01T00:00:00.000Z",
          target: `${parent}/hubs/h1`,
          verb: "create",
          apiVersion: "v1"
        }
        assert.deepStrictEqual([status, started], [200, { name: operation, metadata }])
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* get(operation), [200, {
          name: operation,
          metadata: { ...metadata, endTime: "1970-01-01T00:00:10.000Z" },
          done: true,
          response: Testing.pack(hubType, { description: "d", name: `${parent}/hubs/h1` })
        }])
        const request = (yield* server.requests)[0]
        assert.deepStrictEqual(
          [request?.method, request?.rpc, request?.name, request?.query, request?.body],
          ["start", createHub.rpc, parent, "hubId=h1&%24.xgafv=2", "{\"description\":\"d\"}"]
        )
      })
    )

    test(
      "start methods of other shapes",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const calls: Array<Testing.StartCall> = []
        yield* server.script("ServiceManager.DeleteService", (call) => {
          calls.push(call)
          return Testing.succeedAfter(0)
        })
        const [, deleted] = yield* json({ verb: "DELETE", path: "/v1/services/s.example.com" })
        assert.deepStrictEqual(deleted, {
          name: "operations/operation-1",
          metadata: Testing.pack("google.api.servicemanagement.v1.OperationMetadata", {
            startTime: "1970-01-01T00:00:00.000Z",
            progressPercentage: 100,
            resourceNames: ["services/s.example.com"]
          }),
          done: true,
          response: Testing.pack("google.protobuf.Empty")
        })
        assert.deepStrictEqual(
          calls.map(({ operation, request, responseType, service, version }) => ({
            operation,
            request,
            responseType,
            service,
            version
          })),
          [{
            operation: "operations/operation-1",
            request: { serviceName: "s.example.com" },
            responseType: "google.protobuf.Empty",
            service: "servicemanagement.googleapis.com",
            version: "v1"
          }]
        )
        const [, version] = yield* json({
          verb: "POST",
          path: "/v1/projects/p/models/m/versions",
          body: "{\"name\":\"v\"}"
        })
        assert.strictEqual(version.name, "projects/p/operations/operation-2")
        const hub = `${parent}/hubs/h`
        yield* server.script("UpdateHub", (call) => {
          calls.push(call)
          return Testing.succeedAfter(0)
        })
        const [, updated] = yield* json({
          verb: "PATCH",
          path: `/v1/${hub}`,
          query: "updateMask=labels%2Cdescription&request_id=",
          body: "{\"labels\":{\"a\":\"b\"}}"
        })
        assert.deepStrictEqual(calls[1]?.request, {
          hub: { labels: { a: "b" }, name: hub },
          updateMask: "labels,description",
          requestId: ""
        })
        assert.deepStrictEqual(
          updated.response,
          Testing.pack(hubType, { labels: { a: "b" }, name: hub })
        )
        const accepted = yield* json({
          verb: "POST",
          path: `/v1/${hub}:acceptSpoke`,
          body: JSON.stringify({ spoke_uri: "s", name: hub })
        })
        assert.strictEqual(accepted[0], 200)
      })
    )

    test(
      "a start that does not fit its method is INVALID_ARGUMENT for one field",
      Effect.gen(function*() {
        const violation = ([status, { error }]: readonly [number, BadRequest]) => [
          status,
          error.details?.[0]?.fieldViolations[0]?.field
        ]
        assert.deepStrictEqual(violation(yield* startHub("")), [400, "hubId"])
        assert.deepStrictEqual(violation(yield* startHub("hubId=h&hubID=h")), [400, "hubID"])
        assert.deepStrictEqual(violation(yield* startHub("hubId=h&requestId=mine")), [
          400,
          "requestId"
        ])
        assert.deepStrictEqual(
          violation(yield* startHub("hubId=h&requestId=00000000-0000-0000-0000-000000000000")),
          [400, "requestId"]
        )
        const noBody = yield* json({ verb: "POST", path: `/v1/${parent}/hubs`, query: "hubId=h" })
        assert.deepStrictEqual(violation(noBody), [400, "hub"])
        const accept = (body: string) =>
          json({ verb: "POST", path: `/v1/${parent}/hubs/h:acceptSpoke`, body })
        assert.deepStrictEqual(violation(yield* accept("{\"spokeUri\":\"s\",\"x\":1}")), [400, "x"])
        assert.deepStrictEqual(violation(yield* accept("{}")), [400, "spokeUri"])
        for (const body of ["[1]", "{", "null"]) {
          const [status, { error }] = yield* startHub("hubId=h", body)
          assert.deepStrictEqual([status, error.status], [400, "INVALID_ARGUMENT"])
        }
        assert.deepStrictEqual(yield* (yield* Testing.OperationsServer).operations, [])
      })
    )

    test(
      "a request id gets the same reply within its window, in the query or the body",
      Effect.gen(function*() {
        const first = yield* startHub(`hubId=h&requestId=${uuid}`)
        yield* TestClock.adjust("59 seconds")
        assert.deepStrictEqual(yield* startHub(`hubId=h&requestId=${uuid.toUpperCase()}`), first)
        const other = yield* startHub(`hubId=h&requestId=${uuid.replace("6", "7")}`)
        assert.notStrictEqual(other[1].name, first[1].name)
        yield* TestClock.adjust("1 seconds")
        const later = yield* startHub(`hubId=h&requestId=${uuid}`)
        assert.notStrictEqual(later[1].name, first[1].name)
        const accept = json({
          verb: "POST",
          path: `/v1/${parent}/hubs/h:acceptSpoke`,
          body: JSON.stringify({ spokeUri: "s", requestId: uuid })
        })
        assert.deepStrictEqual(yield* accept, yield* accept)
        const server = yield* Testing.OperationsServer
        assert.strictEqual((yield* server.operations).length, 4)
      }),
      { requestIdWindow: "1 minutes" }
    )

    test(
      "validate_only is done at once, has no name and starts nothing",
      Effect.gen(function*() {
        const response = Testing.pack(hubType, { description: "d", name: `${parent}/hubs/h` })
        assert.deepStrictEqual(yield* startHub("hubId=h&validateOnly=true"), [200, {
          done: true,
          response
        }])
        assert.deepStrictEqual(yield* (yield* Testing.OperationsServer).operations, [])
      })
    )

    test(
      "scripts of starts: limited ones first, then the lasting one, then onStart",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const none = { metadata: "none" } as const
        const result = Effect.map(startHub("hubId=h"), ([, { name: _, ...rest }]) => rest)
        assert.deepStrictEqual(yield* result, { done: true })
        yield* server.script(createHub, Testing.failAfter(0, { code: 9 }, none))
        yield* server.script("CreateHub", Testing.neverDone(none), { times: 1 })
        yield* server.script(createHub.rpc, Testing.failAfter(0, { code: 10 }, none), { times: 1 })
        yield* server.script("OtherHub", Testing.failAfter(0, { code: 3 }, none))
        assert.deepStrictEqual(yield* result, {})
        assert.deepStrictEqual(yield* result, { done: true, error: { code: 10 } })
        assert.deepStrictEqual(yield* result, { done: true, error: { code: 9 } })
        assert.deepStrictEqual(yield* result, { done: true, error: { code: 9 } })
      }),
      { onStart: () => Testing.endAfter(0, { metadata: "none" }) }
    )

    test(
      "faults: in order, as often as asked for, only where they are meant",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.neverDone())
        const RetryInfo = Testing.pack("google.rpc.RetryInfo", { retryDelay: "1.5s" })
        yield* server.fail(
          { method: "get" },
          Testing.replyError("UNAVAILABLE", {
            message: "busy",
            retryDelay: "1500 millis",
            headers: { "retry-after": "2" }
          }),
          { times: 2 }
        )
        yield* server.fail({ method: "get", name }, Testing.replyHtml(502))
        yield* server.fail({ method: "get" }, Testing.replyWith({ status: 200, body: "{\"na" }))
        yield* server.fail(
          { method: "get" },
          Testing.replyWith({ status: 200, body: { name: "x", done: true } })
        )
        yield* server.fail({ service: "ml.googleapis.com" }, Testing.replyError("INTERNAL"))
        yield* server.fail({ method: "list" }, Testing.replyError("RESOURCE_EXHAUSTED"), {
          times: Infinity
        })
        assert.strictEqual(yield* server.unusedFaults, 6)
        const error = { code: 503, message: "busy", status: "UNAVAILABLE", details: [RetryInfo] }
        assert.deepStrictEqual(yield* get(name), [503, { error }])
        assert.deepStrictEqual(yield* get(name, "$.xgafv=1"), [503, {
          error: {
            code: 503,
            message: "busy",
            errors: [{ domain: "global", reason: "backendError", message: "busy" }]
          }
        }])
        const page = yield* send({ verb: "GET", path: `/v1/${name}` })
        assert.deepStrictEqual([page.status, page.type], [502, "text/html; charset=UTF-8"])
        const truncated = yield* send({ verb: "GET", path: `/v1/${name}` })
        assert.deepStrictEqual([truncated.status, truncated.text, truncated.type], [
          200,
          "{\"na",
          null
        ])
        assert.deepStrictEqual(yield* get(name), [200, { name: "x", done: true }])
        assert.deepStrictEqual(yield* get(name), [200, { name }])
        assert.strictEqual((yield* list(`/v1/${parent}/operations`))[0], 429)
        assert.strictEqual((yield* list(`/v1/${parent}/operations`))[0], 429)
        assert.strictEqual(yield* server.unusedFaults, 1)
        assert.strictEqual((yield* get("projects/p/operations/o"))[0], 500)
        assert.strictEqual(yield* server.unusedFaults, 0)
        assert.strictEqual((yield* server.requests).length, 9)
      })
    )

    test(
      "a connection is lost before or after the request took effect",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.neverDone())
        yield* server.fail({ method: "delete" }, Testing.loseConnection("before"))
        yield* server.fail({ method: "delete" }, Testing.loseConnection("after"))
        const remove = Effect.flip(send({ verb: "DELETE", path: `/v1/${name}` }))
        assert.deepStrictEqual(yield* remove, { _tag: "Lost" })
        assert.strictEqual((yield* server.operations).length, 1)
        assert.deepStrictEqual(yield* remove, { _tag: "Lost" })
        assert.strictEqual((yield* server.operations).length, 0)
      })
    )

    test(
      "a delayed reply is made at arrival",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.endAfter("5 seconds"))
        yield* server.fail({}, Testing.delayReply("20 seconds"))
        yield* server.fail({}, Testing.delayReply("20 seconds", Testing.replyError("ABORTED")))
        const fiber = yield* Effect.fork(Effect.zip(get(name), get(name)))
        yield* untilArrived(1)
        yield* TestClock.adjust("19 seconds")
        assert.strictEqual((yield* server.requests).length, 1)
        yield* TestClock.adjust("1 seconds")
        yield* untilArrived(2)
        yield* TestClock.adjust("20 seconds")
        const [first, second] = yield* Fiber.join(fiber)
        assert.deepStrictEqual(first, [200, { name }])
        assert.strictEqual(second[0], 409)
        assert.deepStrictEqual((yield* server.requests).map(({ at }) => at), [0, 20_000])
      })
    )

    test(
      "wait answers when it is done, when it is cancelled, or at the time-out",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        const id = "operations/a/b"
        const wait = (body: string) => json({ verb: "POST", path: `/v1beta1/${id}:wait`, body })
        yield* server.put(id, Testing.endAfter("30 seconds"))
        const timedOut = yield* Effect.fork(wait("{\"timeout\":\"10s\"}"))
        yield* untilArrived(1)
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* Fiber.join(timedOut), [200, { name: id }])
        const done = yield* Effect.fork(wait("{}"))
        yield* untilArrived(2)
        yield* TestClock.adjust("20 seconds")
        assert.deepStrictEqual(yield* Fiber.join(done), [200, { name: id, done: true }])
        assert.deepStrictEqual(yield* wait("{\"timeout\":\"600s\"}"), [200, {
          name: id,
          done: true
        }])
        yield* server.put(id, Testing.neverDone())
        const cancelled = yield* Effect.fork(wait("{\"timeout\":\"600s\"}"))
        yield* untilArrived(4)
        yield* json({ verb: "POST", path: `/v1beta1/${id}:cancel`, body: "{}" })
        assert.strictEqual((yield* Fiber.join(cancelled))[1].error.code, 1)
        assert.strictEqual((yield* wait("{\"timeout\":10}"))[0], 400)
        yield* server.remove(id)
        assert.strictEqual((yield* wait("{}"))[0], 404)
      })
    )

    test(
      "requests are recorded as they were sent",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* TestClock.adjust("7 seconds")
        yield* send({
          verb: "GET",
          path: "/v1/projects/p/locations/l/operations/a%20b",
          query: "$.xgafv=2&x=%2F+y",
          headers: { "X-Goog-User-Project": "q" }
        })
        const [request] = yield* server.requests
        assert.deepStrictEqual({ ...request, headers: request?.headers["x-goog-user-project"] }, {
          at: 7000,
          verb: "GET",
          path: "/v1/projects/p/locations/l/operations/a%20b",
          query: "$.xgafv=2&x=%2F+y",
          headers: "q",
          body: undefined,
          method: "get",
          rpc: undefined,
          name: "projects/p/locations/l/operations/a b"
        })
      })
    )

    test(
      "an operation may have been running for a while, and `put` replaces one of its name",
      Effect.gen(function*() {
        const server = yield* Testing.OperationsServer
        yield* server.put(name, Testing.neverDone())
        yield* server.put(name, Testing.endAfter("1 minutes"), { age: "59 seconds" })
        assert.deepStrictEqual(yield* get(name), [200, { name }])
        yield* TestClock.adjust("1 seconds")
        assert.deepStrictEqual(yield* server.operations, [{ name, done: true }])
      })
    )
  })
}
