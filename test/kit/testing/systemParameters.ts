import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { get, json, name, parent, send, startHub, type Test } from "./harness.ts"

const form = { "content-type": "application/x-www-form-urlencoded" }

export const systemParameters = (test: Test): void => {
  test(
    "[31] fields: of an operation, of a page, of what is packed",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const response = Testing.pack("example.Hub", { name: "h", labels: { a: "b", c: "d" } })
      yield* server.put(name, Testing.succeedAfter(0, { response }))
      const masked = (mask: string) =>
        Effect.map(get(name, `fields=${encodeURIComponent(mask)}`), ([status, body]) => {
          assert.strictEqual(status, 200, mask)
          return body
        })
      const whole = { name, done: true, response }
      const { "@type": type } = response
      for (
        const [mask, expected] of [
          ["name,done", { name, done: true }],
          [" name , done ", { name, done: true }],
          ["metadata", {}],
          ["*", whole],
          ["", whole],
          ["name,response", { name, response }],
          ["response/name", { response: { "@type": type, name: "h" } }],
          ["response.labels.a,name", { name, response: { "@type": type, labels: { a: "b" } } }],
          ["response(name,labels/c)", {
            response: { "@type": type, name: "h", labels: { c: "d" } }
          }],
          ["response(*)", { response }],
          ["error(code,message),done", { done: true }]
        ] as const
      ) {
        assert.deepStrictEqual(yield* masked(mask), expected, mask)
      }
      assert.deepStrictEqual(yield* get(name, "%24fields=done"), [200, { done: true }])
      const header = { "x-goog-fieldmask": "done" }
      const byHeader = { verb: "GET", path: `/v1/${name}`, headers: header }
      assert.deepStrictEqual(yield* json(byHeader), [200, { done: true }])
      assert.deepStrictEqual(yield* json({ ...byHeader, query: "fields=name" }), [200, { name }])

      yield* server.put(`${parent}/operations/p`, Testing.neverDone())
      const page = (fields: string) =>
        json({
          verb: "GET",
          path: `/v1/${parent}/operations`,
          query: `pageSize=1&fields=${fields}`
        })
      assert.deepStrictEqual(yield* page("operations(name,done)"), [200, {
        operations: [{ name, done: true }]
      }])
      const [, { nextPageToken, ...rest }] = yield* page("operations/done,next_page_token")
      assert.deepStrictEqual(rest, { operations: [{ done: true }] })
      assert.isString(nextPageToken)
    })
  )

  test(
    "[31] fields that a reply does not have are refused before anything is done",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      const path = `/v1/${name}:cancel`
      for (
        const [request, fields, problem] of [
          [{ verb: "GET", path: `/v1/${name}` }, "name,colour", "colour"],
          [{ verb: "GET", path: `/v1/${name}` }, "error/reason", "error.reason"],
          [{ verb: "GET", path: `/v1/${name}` }, "name/first", "name.first"],
          [{ verb: "GET", path: `/v1/${name}` }, "response(name", "response(name"],
          [{ verb: "GET", path: `/v1/${name}` }, "a,,b", "a,,b"],
          [{ verb: "GET", path: `/v1/${parent}/operations` }, "operations(id)", "operations.id"],
          [{ verb: "POST", path, body: "{}" }, "name", "name"]
        ] as const
      ) {
        const reply = yield* json({ ...request, query: `fields=${encodeURIComponent(fields)}` })
        assert.deepStrictEqual(reply, [400, {
          error: {
            code: 400,
            message: "Request contains an invalid argument.",
            status: "INVALID_ARGUMENT",
            details: [Testing.pack("google.rpc.BadRequest", {
              fieldViolations: [{
                field: fields,
                description: "Error expanding 'fields' parameter. " +
                  `Cannot find matching fields for path '${problem}'.`
              }]
            })]
          }
        }])
      }
      assert.deepStrictEqual(yield* get(name), [200, { name }])
      const [status, { error }] = yield* get(`${parent}/operations/none`, "fields=name")
      assert.deepStrictEqual([status, error.code], [404, 404], "an error is never masked")
    })
  )

  test(
    "[31] replies are pretty unless they are asked not to be",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      const text = (query: string, of = name) =>
        Effect.map(send({ verb: "GET", path: `/v1/${of}`, query }), (reply) => reply.text)
      const pretty = `{\n  "name": "${name}"\n}\n`
      assert.strictEqual(yield* text(""), pretty)
      assert.strictEqual(yield* text("prettyPrint=true"), pretty)
      assert.strictEqual(yield* text("prettyPrint=false"), `{"name":"${name}"}\n`)
      assert.strictEqual(yield* text("%24prettyPrint=false"), `{"name":"${name}"}\n`)
      assert.match(yield* text("prettyPrint=false", "operations/x"), /^\{"error":\{"code":404,/)
    })
  )

  test(
    "[31] a POST may mean another verb; a form in its body is the query",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      yield* server.put(`${parent}/operations/p`, Testing.succeedAfter(0))
      const over = (verb: string) => ({ "x-http-method-override": verb })
      const listed = yield* json({
        verb: "POST",
        path: `/v1/${parent}/operations`,
        headers: { ...over("GET"), ...form },
        body: "filter=done%3Dfalse&pageSize=10"
      })
      assert.deepStrictEqual(listed, [200, { operations: [{ name }] }])
      const both = yield* json({
        verb: "POST",
        path: `/v1/${parent}/operations`,
        query: "pageSize=10",
        headers: { ...over("get"), ...form },
        body: "filter=done%3Dtrue&fields=operations%2Fname"
      })
      assert.deepStrictEqual(both, [200, { operations: [{ name: `${parent}/operations/p` }] }])
      const patched = yield* json({
        verb: "POST",
        path: `/v1/${parent}/hubs/h`,
        headers: over("PATCH"),
        body: "{\"description\":\"d\"}"
      })
      assert.strictEqual(patched[1].metadata.verb, "update")
      const removed = { verb: "POST", path: `/v1/${name}`, headers: over("DELETE") }
      assert.deepStrictEqual(yield* json(removed), [200, {}])
      assert.strictEqual((yield* get(name))[0], 404)
      // Only a POST means something else.
      const got = yield* json({
        verb: "GET",
        path: `/v1/${parent}/operations/p`,
        headers: over("DELETE")
      })
      assert.strictEqual(got[0], 200)
      const [first] = yield* server.requests
      assert.deepStrictEqual(
        [first?.verb, first?.method, first?.query, first?.body],
        ["POST", "list", "", "filter=done%3Dfalse&pageSize=10"],
        "recorded as it arrived"
      )
    })
  )

  test(
    "[31] JSON that is sent as a form is taken for a query parameter, as Google does",
    Effect.gen(function*() {
      const [status, { error }] = yield* json({
        verb: "POST",
        path: `/v1/${parent}/hubs`,
        query: "hubId=h",
        headers: form,
        body: "{}"
      })
      assert.deepStrictEqual([status, error.message], [
        400,
        "Invalid JSON payload received. Unknown name \"{}\": Cannot bind query parameter. " +
        "Field '{}' could not be found in request message."
      ])
      assert.strictEqual((yield* startHub("hubId=h", "{}"))[0], 200)
    })
  )
}
