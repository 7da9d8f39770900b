/**
 * Service Management refuses a list without a filter, and has rules of its own for it. The builder makes them unbreakable.
 * Changes nothing. Run: npx tsx examples/serviceManagementFilter.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Console, DateTime, Effect, Layer, Stream } from "effect"
import * as Operation from "effect-lro/Operation"
import * as Filter from "effect-lro/services/servicemanagement/filter"
import * as ServiceManagement from "effect-lro/services/servicemanagement/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"

const program = Effect.gen(function*() {
  const { project, server } = yield* Environment.Environment
  const serviceName = `shop.endpoints.${project}.cloud.goog`
  const put = (id: string, script: Testing.Script, age: "2 hours" | "3 days") =>
    server((it) => it.put(`operations/rollouts.${serviceName}:${id}`, script, { age }))
  yield* put("old", Testing.failAfter(0, { code: "INTERNAL", message: "no capacity" }), "3 days")
  yield* put("bad", Testing.failAfter(0, { code: "INTERNAL", message: "no capacity" }), "2 hours")
  yield* put("good", Testing.succeedAfter(0), "2 hours")
  yield* put("running", Testing.neverDone(), "2 hours")

  const yesterday = DateTime.subtract(yield* DateTime.now, { days: 1 })
  const filter = Filter.serviceName(
    serviceName,
    Filter.and(
      Filter.startTime(">=", yesterday),
      Filter.or(Filter.status("=", "failed"), Filter.status("=", "in_progress"))
    )
  )
  yield* Console.log(`Filter: ${filter.filter}`)

  const operations = yield* ServiceManagement.ServiceManagement
  yield* operations.list({ filter }).pipe(
    Stream.map((operation) =>
      Operation.match(Operation.state(operation), {
        Running: ({ name }) => `${name} runs`,
        Succeeded: ({ name }) => `${name} succeeded`,
        Failed: ({ code, name, status }) => `${name} failed: ${code}, ${status.message}`,
        Cancelled: ({ name }) => `${name} was cancelled`
      })
    ),
    Stream.runForEach((line) => Console.log(`  ${line}`))
  )
})

const MainLayer = ServiceManagement.layer().pipe(Layer.provideMerge(Environment.layer))

program.pipe(Effect.provide(MainLayer), NodeRuntime.runMain)
