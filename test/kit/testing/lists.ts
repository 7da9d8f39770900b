import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { list, type Lost, names, parent, type Sender, type Test } from "./harness.ts"

export const lists = (test: Test): void => {
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
    "[31] pages: sizes, tokens, and what refuses them",
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
          "returnPartialSuccess=yes"
        ]
      ) {
        const [status, { error }] = yield* page(query)
        assert.deepStrictEqual([status, error.status], [400, "INVALID_ARGUMENT"], query)
        const field = query.replace(/=.*/, "")
        const named = error.details[0].fieldViolations[0].field
        assert.strictEqual(named.replace(/_(.)/g, (_: string, c: string) => c.toUpperCase()), field)
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
}
