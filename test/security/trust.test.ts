import { FetchHttpClient } from "@effect/platform"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Equal, Exit, Hash, Layer, Schema } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import * as fs from "node:fs"
import { createServer } from "node:http"
import { bake, Bakery, binding, http, name, parent, token } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import { inTime } from "../kit/inTime.ts"
import { foreign, forms, methods, own, ref, renew, waits } from "./foreign.ts"

const done = () => FakeHttp.json({ name, done: true, response: { flavour: "plum" } })

/** Throws at whatever is asked of it. */
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({ name, done: false }, {})
  revoke()
  return proxy
}

describe("[4] who may receive a credential", () => {
  for (const [method, call] of Object.entries(methods)) {
    it.scoped(`${method}: a foreign endpoint is refused in every form and nothing is sent`, () =>
      Effect.gen(function*() {
        const bakery = yield* Operations.make(binding)
        for (const endpoint of foreign) {
          for (const [form, target] of Object.entries(forms(endpoint))) {
            const error = yield* Effect.flip(call(bakery, target as never))
            assert.propertyVal(error, "_tag", "InvalidRequest", `${form} ${endpoint}`)
          }
        }
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
      }).pipe(Effect.provide(http(done))))

    it.scoped(`${method}: a host of the service is asked, at the value that was checked`, () =>
      Effect.gen(function*() {
        const bakery = yield* Operations.make(binding)
        for (const endpoint of own) {
          for (const [form, target] of Object.entries(forms(endpoint))) {
            const before = (yield* FakeHttp.calls).length
            const exit = yield* Effect.exit(inTime(call(bakery, target as never)))
            if (
              form === "spread of a reference" || form === "child of a reference" ||
              (form === "name with endpoint" && waits.includes(method))
            ) {
              assert.propertyVal(
                Exit.isFailure(exit) && exit.cause._tag === "Fail" ? exit.cause.error : undefined,
                "_tag",
                "InvalidRequest",
                form
              )
              continue
            }
            assert.isTrue(Exit.isSuccess(exit), `${form} ${endpoint} ${String(exit)}`)
            const urls = (yield* FakeHttp.calls).slice(before).map(({ url }) => url)
            assert.isNotEmpty(urls)
            for (const url of urls) {
              assert.isTrue(url.startsWith(`${endpoint.replace(/\/$/, "")}/v1/${name}`), url)
            }
          }
        }
      }).pipe(Effect.provide(http(done))))

    it.scoped(`${method}: a reference of another service or version is refused [8]`, () =>
      Effect.gen(function*() {
        const bakery = yield* Operations.make(binding)
        for (const other of [{ service: "butcher.googleapis.com" }, { version: "v2" }]) {
          for (const [form, target] of Object.entries(forms("https://bakery.googleapis.com"))) {
            if (form.includes("with endpoint")) continue
            const wrong = "ref" in target
              ? { ...target, ref: { ...target.ref, ...other } }
              : { ...target, ...ref, startedAt: "2026-01-01T00:00:00Z", ...other }
            const error = yield* Effect.flip(call(bakery, wrong as never))
            assert.propertyVal(error, "_tag", "InvalidRequest", form)
          }
        }
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
      }).pipe(Effect.provide(http(done))))
  }

  it.scoped("these are all the methods of a client that take an operation", () =>
    Effect.gen(function*() {
      const bakery = yield* Operations.make(binding)
      const others = ["start", "run", "runFinal", "list", "listPages", "listPage"]
      assert.sameMembers(Object.keys(bakery), [...Object.keys(methods), ...others])
    }).pipe(Effect.provide(http(done))))

  it.scopedLive("over a socket: no foreign host sees the token", () =>
    Effect.gen(function*() {
      const seen: Array<string | undefined> = []
      const server = createServer((request, response) => {
        seen.push(request.headers.authorization)
        response.end("{}")
      })
      yield* Effect.acquireRelease(
        Effect.async<void>((resume) =>
          void server.listen(0, "127.0.0.1", () => resume(Effect.void))
        ),
        () => Effect.sync(() => server.close())
      )
      const { port } = server.address() as { readonly port: number }
      const bakery = yield* Operations.make(binding)
      for (const [form, target] of Object.entries(forms(`http://127.0.0.1:${port}`))) {
        for (const call of Object.values(methods)) {
          const error = yield* Effect.flip(call(bakery, target as never))
          assert.propertyVal(error, "_tag", "InvalidRequest", form)
        }
      }
      assert.deepStrictEqual(seen, [])
    }).pipe(Effect.provide(Layer.merge(FetchHttpClient.layer, Layer.orDie(token)))))

  it.scoped("an endpoint by location knows its own references after a restart", () =>
    Effect.gen(function*() {
      const options = {
        endpoint: (location: string | undefined) => `https://${location ?? "global"}.bakery.example`
      }
      const before = yield* Operations.make(binding, options)
      const started = yield* before.start(bake, { parent, cake: {} })
      assert.strictEqual(started.ref.endpoint, "https://l.bakery.example")
      assert.strictEqual(started.ref.location, "l")
      const json = JSON.parse(JSON.stringify(yield* Schema.encode(OperationRef)(started.ref)))
      const after = yield* Operations.make(binding, options)
      yield* after.get(json)
      const other = yield* Effect.flip(
        after.get({ ...json, endpoint: "https://evil.example" })
      )
      assert.strictEqual(other._tag, "InvalidRequest")
      assert.deepStrictEqual((yield* FakeHttp.calls).map(({ url }) => url), [
        `https://l.bakery.example/v1/${parent}/cakes`,
        "https://l.bakery.example/v1/projects/p/locations/elsewhere/operations/o"
      ])
    }).pipe(
      Effect.provide(
        http(() => FakeHttp.json({ name: "projects/p/locations/elsewhere/operations/o" }))
      )
    ))

  it.scoped("an endpoint by location is given a location only", () =>
    Effect.gen(function*() {
      const asked: Array<string | undefined> = []
      const bakery = yield* Operations.make(binding, {
        endpoint: (location) => {
          asked.push(location)
          return `https://${location}-bakery.googleapis.com`
        }
      })
      const error = yield* Effect.flip(
        bakery.get({ name: "projects/p/locations/evil.example%23/operations/o" })
      )
      assert.strictEqual(error._tag, "InvalidRequest")
      assert.deepStrictEqual(asked, [])
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(done))))

  for (
    const [what, target] of Object.entries({
      nothing: undefined,
      "an object without a mark": { name },
      "an operation without done": { name, metadata: {} },
      "an operation of google-gax": { name, done: false, longrunningDescriptor: {} },
      "a draft that was revoked": revoked(),
      "a number": 1
    })
  ) {
    it.scoped(`[23] ${what} is no target of a wait`, () =>
      Effect.gen(function*() {
        const bakery = yield* Operations.make(binding)
        for (const method of waits) {
          const error = yield* Effect.flip(
            methods[method]?.(bakery, target as never) ?? Effect.void
          )
          assert.propertyVal(error, "_tag", "InvalidRequest", method)
        }
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
      }).pipe(Effect.provide(http(done))))
  }

  it.effect("the table in docs/reliability.md is that of these methods, forms and endpoints", () =>
    Effect.gen(function*() {
      const document = fs.readFileSync(
        new URL("../../docs/reliability.md", import.meta.url),
        "utf8"
      )
      assert.strictEqual(document, yield* renew(document))
      assert.include(document, "| get | 16 of 16, 0 sent |")
    }))

  it("[23] references with equal JSON are equal", () => {
    const full = new OperationRef({ ...ref, endpoint: undefined, method: bake.rpc })
    const revived = Schema.decodeSync(OperationRef)(
      JSON.parse(JSON.stringify(Schema.encodeSync(OperationRef)(full)))
    )
    assert.isTrue(Equal.equals(full, revived))
    assert.strictEqual(Hash.hash(full), Hash.hash(revived))
    assert.isFalse(Equal.equals(full, new OperationRef({ ...full, version: "v2" })))
  })

  it.scoped("a tag in an application is the same client", () =>
    Effect.gen(function*() {
      const bakery = yield* Bakery
      const error = yield* Effect.flip(
        bakery.untilDone(new OperationRef({ ...ref, endpoint: "https://evil.example" }))
      )
      assert.strictEqual(error._tag, "InvalidRequest")
    }).pipe(Effect.provide(Layer.provideMerge(Operations.layer(Bakery), http(done)))))
})
