import { WorkflowEngine } from "@effect/workflow"
import { Effect, Schedule } from "effect"
import * as Durable from "effect-lro/Durable"
import type * as LroError from "effect-lro/LroError"
import type { OperationRef } from "effect-lro/OperationRef"
import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import { Hub } from "effect-lro/services/networkconnectivity/v1/messages"
import { WorkloadManager } from "effect-lro/services/workloadmanager/v1"
import { describe, expectTypeOf, it } from "vitest"

const request = { parent: "projects/p/locations/global", hubId: "h", hub: {} }
declare const ref: OperationRef

type Engine = WorkflowEngine.WorkflowEngine | WorkflowEngine.WorkflowInstance

describe("durable steps", () => {
  it("have the results, errors and needs that they say", () => {
    expectTypeOf(Durable.start(NetworkConnectivity, createHub, request, { step: "a" }))
      .toEqualTypeOf<
        Effect.Effect<
          OperationRef,
          LroError.CallError | Durable.StepError,
          NetworkConnectivity | Engine
        >
      >()
    expectTypeOf(
      Durable.untilDone(NetworkConnectivity, ref, { step: "a", response: Hub })
    ).toEqualTypeOf<
      Effect.Effect<
        Hub,
        LroError.WaitError | Durable.StepConflict,
        NetworkConnectivity | Durable.Poller | Engine
      >
    >()
    expectTypeOf(
      Durable.run(NetworkConnectivity, createHub, request, { step: "a", response: Hub })
    ).toEqualTypeOf<
      Effect.Effect<
        Hub,
        LroError.WaitError | Durable.StepError,
        NetworkConnectivity | Durable.Poller | Engine
      >
    >()
  })

  it("[27] know the response of their method", () => {
    expectTypeOf(Durable.run(NetworkConnectivity, createHub, request, { step: "a" }))
      .toEqualTypeOf<
        Effect.Effect<
          Hub,
          LroError.WaitError | Durable.StepError,
          NetworkConnectivity | Durable.Poller | Engine
        >
      >()
    expectTypeOf(Durable.untilDone(NetworkConnectivity, ref, { step: "a", method: createHub }))
      .toEqualTypeOf<
        Effect.Effect<
          Hub,
          LroError.WaitError | Durable.StepConflict,
          NetworkConnectivity | Durable.Poller | Engine
        >
      >()
  })

  it("[22] take no options that cannot be stored", () => {
    const step = "a"
    const schedule = Schedule.spaced("1 second")
    const onState = () => Effect.void
    const headers = { authorization: "Bearer token" }
    const refused = [
      // @ts-expect-error a Schedule is no data
      Durable.untilDone(NetworkConnectivity, ref, { step, schedule }),
      // @ts-expect-error another process may poll
      Durable.untilDone(NetworkConnectivity, ref, { step, onState }),
      // @ts-expect-error headers would be stored
      Durable.untilDone(NetworkConnectivity, ref, { step, headers }),
      // @ts-expect-error headers would be stored
      Durable.start(NetworkConnectivity, createHub, request, { step, headers }),
      // @ts-expect-error the method is of another service
      Durable.start(WorkloadManager, createHub, request, { step })
    ]
    expectTypeOf(refused).toBeArray()
  })
})
