/** Several waits of one execution on the engine as it is: a database on a disk, digests of another thread, the time of the machine. */
import { ClusterWorkflowEngine, SingleRunner } from "@effect/cluster"
import { LibsqlClient } from "@effect/sql-libsql"
import { assert, it } from "@effect/vitest"
import { Workflow } from "@effect/workflow"
import { Effect, Exit, Layer, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Durable from "effect-lro/Durable"
import * as Operations from "effect-lro/Operations"
import * as Testing from "effect-lro/testing"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { bakeOnce, Bakery, binding, parent } from "../kit/bakery.ts"

const waits = 20

const Baking = Workflow.make({
  name: "Baking",
  payload: { id: Schema.String },
  error: Durable.ErrorSchema,
  idempotencyKey: ({ id }) => id
})

const BakingLayer = Baking.toLayer(() =>
  Effect.asVoid(
    Effect.all(
      Array.from(
        { length: waits },
        (_, i) =>
          Durable.run(Bakery, bakeOnce, { parent, cake: { flavour: "plum" }, cakeId: `c${i}` }, {
            step: `bake ${i}`,
            schedule: { fixed: "200 millis" },
            spread: 0,
            longPoll: "off",
            onInterrupt: "cancel"
          })
      ),
      { concurrency: "unbounded" }
    )
  )
)

const folder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
)

const MainLayer = Layer.unwrapScoped(
  Effect.map(folder, (folder) =>
    BakingLayer.pipe(
      Layer.provide(Durable.layerCluster(Bakery)),
      Layer.provideMerge(ClusterWorkflowEngine.layer),
      Layer.provide(
        SingleRunner.layer({ shardingConfig: { entityTerminationTimeout: "500 millis" } })
      ),
      Layer.provide(
        LibsqlClient.layer({ url: `file:${path.join(folder, "waits.db")}`, intMode: "bigint" })
      )
    ))
).pipe(
  Layer.provideMerge(Operations.layer(Bakery)),
  Layer.provide(Credentials.layerNone),
  Layer.provideMerge(
    Testing.layer({
      bindings: [binding],
      methods: [bakeOnce],
      onStart: () => Testing.neverDone({ cancellation: "ignored" })
    })
  )
)

/** How many operations were asked for by a kind of request, once it is as many as are wanted, or half a minute has passed. */
const asked = (kind: Testing.MethodKind) =>
  Effect.gen(function*() {
    const server = yield* Testing.OperationsServer
    const count = Effect.map(
      server.requests,
      (all) => new Set(all.filter(({ method }) => method === kind).map(({ name }) => name)).size
    )
    return yield* Effect.repeat(Effect.delay(count, "100 millis"), {
      until: (count) => count === waits,
      times: 300
    }).pipe(Effect.zipRight(count))
  })

it.live("[17, 22] twenty waits of one execution are all polled, and an interrupt cancels each, once", () =>
  Effect.gen(function*() {
    const id = yield* Baking.execute({ id: "a" }, { discard: true })
    assert.strictEqual(yield* asked("get"), waits)
    yield* Baking.interrupt(id)
    assert.strictEqual(yield* asked("cancel"), waits)
    const result = yield* Effect.repeat(Effect.delay(Baking.poll(id), "50 millis"), {
      until: (result) => result?._tag === "Complete",
      times: 600
    }).pipe(Effect.zipRight(Baking.poll(id)))
    assert.isTrue(result?._tag === "Complete" && Exit.isInterrupted(result.exit))
    const requests = yield* (yield* Testing.OperationsServer).requests
    assert.lengthOf(requests.filter(({ method }) => method === "cancel"), waits)
  }).pipe(Effect.provide(MainLayer)))
