/** The API of durableService.ts, and a client that looks around in it. */
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "@effect/platform"
import { Console, Effect, Schema } from "effect"
import type * as Durable from "effect-lro/Durable"
import { isOutcomeError } from "effect-lro/LroError"
import * as Testing from "effect-lro/testing"
import { Environment } from "./environment.ts"

/** The operation ended with an error, or was cancelled. */
export class Failed extends Schema.TaggedError<Failed>()(
  "Failed",
  { error: Schema.String, reason: Schema.String },
  HttpApiSchema.annotations({ status: 422 })
) {}

/** The execution was interrupted. */
export class Gone extends Schema.TaggedError<Gone>()(
  "Gone",
  {},
  HttpApiSchema.annotations({ status: 410 })
) {}

/** The start or the wait failed, not the operation. */
export class Unavailable extends Schema.TaggedError<Unavailable>()(
  "Unavailable",
  { error: Schema.String, reason: Schema.String },
  HttpApiSchema.annotations({ status: 503 })
) {}

export type Problem = Failed | Gone | Unavailable

/** What the API says of an error: the operation failed, or nobody knows what became of it. */
export const told = (error: typeof Durable.ErrorSchema.Type): Failed | Unavailable => {
  const Told = isOutcomeError(error) ? Failed : Unavailable
  return new Told({ error: error._tag, reason: error.message })
}

const Path = Schema.Struct({ hub: Schema.String })

/** `running` also for a hub that nobody asked for: the engine does not tell it from one that has just begun. */
const State = Schema.Union(
  Schema.Struct({ state: Schema.Literal("running") }),
  Schema.Struct({ state: Schema.Literal("created"), name: Schema.String })
)

export const Api = HttpApi.make("api").add(
  HttpApiGroup.make("hubs").add(
    HttpApiEndpoint.put("submit", "/hubs/:hub").setPath(Path)
      .addSuccess(Schema.String, { status: 202 })
  ).add(
    HttpApiEndpoint.get("look", "/hubs/:hub").setPath(Path)
      .addSuccess(State).addError(Failed).addError(Gone).addError(Unavailable)
  ).add(
    HttpApiEndpoint.del("interrupt", "/hubs/:hub").setPath(Path)
      .addSuccess(Schema.Void, { status: 202 })
  )
)

/** Four hubs: one is refused, one is made, one fails, one is given up. */
export const tour = (url: string) =>
  Effect.gen(function*() {
    const ask = (method: string, hub: string) =>
      Effect.promise(async () => {
        const response = await fetch(`${url}/hubs/${hub}`, { method })
        return { status: response.status, body: await response.text() }
      })
    const say = (method: string, hub: string) =>
      Effect.flatMap(ask(method, hub), ({ body, status }) =>
        Console.log(`${method} /hubs/${hub}: ${status}${method === "GET" ? ` ${body}` : ""}`))
    const ended = (hub: string) =>
      Effect.zipRight(
        Effect.repeat(Effect.delay(ask("GET", hub), "100 millis"), {
          until: ({ body }) =>
            !body.includes("running")
        }),
        say("GET", hub)
      )
    const denied = Testing.replyError("PERMISSION_DENIED", { message: "ask your administrator" })
    yield* (yield* Environment).server((server) =>
      server.fail({ method: "start" }, denied)
    )
    yield* say("PUT", "denied")
    yield* ended("denied")
    for (const hub of ["succeeds", "fails", "never-ends"]) {
      yield* say("PUT", hub)
    }
    yield* say("GET", "never-ends")
    yield* ended("succeeds")
    yield* ended("fails")
    yield* say("DELETE", "never-ends")
    yield* ended("never-ends")
  })
