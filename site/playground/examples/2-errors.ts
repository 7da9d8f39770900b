// A server that is away, an operation that fails, a deadline: three events
import { Console, type Duration, Effect } from "effect"
import * as LroError from "effect-lro/LroError"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { run } from "playground"

const create = (hubId: string, options: { readonly deadline?: Duration.DurationInput } = {}) =>
  Effect.flatMap(
    NetworkConnectivity,
    (operations) =>
      operations.run(createHub, { parent: "projects/p/locations/global", hubId, hub: {} }, options)
  )

const program = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer

  // Polls that fail are tolerated: see them in the log.
  yield* server.fail({ method: "get" }, Testing.replyError("UNAVAILABLE"), { times: 2 })
  yield* server.script(createHub, Testing.succeedAfter("1 second"), { times: 1 })
  const hub = yield* create("outlives")
  yield* Console.log(`created ${hub.name}, with the server away for two polls`)

  yield* server.script(createHub, Testing.failAfter("500 millis", { code: "ABORTED" }), {
    times: 1
  })
  yield* create("fails").pipe(
    Effect.catchIf(LroError.failedWith("ABORTED"), ({ message }) => Console.log(message))
  )

  yield* server.script(createHub, Testing.neverDone(), { times: 1 })
  yield* create("takes-long", { deadline: "1 second" }).pipe(
    Effect.catchTag(
      "WaitTimeout",
      ({ operation, polls }) => Console.log(`${operation.name} runs on after ${polls} polls`)
    )
  )
})

run(program)
