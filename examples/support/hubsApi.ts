/** The API of durableService.ts, and a client that looks around in it. */
import { HttpApi, HttpApiEndpoint, HttpApiGroup, HttpApiSchema } from "@effect/platform"
import { Cause, Console, Effect, Schema } from "effect"
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

/** Nobody has submitted it. */
export class NotFound extends Schema.TaggedError<NotFound>()(
  "NotFound",
  {},
  HttpApiSchema.annotations({ status: 404 })
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

/** What the API says of an error: the operation failed, or nobody knows what became of it. */
const told = (error: typeof Durable.ErrorSchema.Type): Failed | Unavailable => {
  const Told = isOutcomeError(error) ? Failed : Unavailable
  return new Told({ error: error._tag, reason: error.message })
}

/** What the API says of an execution that did not succeed. A defect stays one, and is 500. */
export const problemOf = (
  cause: Cause.Cause<typeof Durable.ErrorSchema.Type>
): Cause.Cause<Failed | Gone | Unavailable> =>
  Cause.isInterruptedOnly(cause) ? Cause.fail(new Gone()) : Cause.map(cause, told)

const Path = Schema.Struct({ hub: Schema.String })

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
      .addSuccess(State).addError(NotFound).addError(Failed).addError(Gone).addError(Unavailable)
  ).add(
    HttpApiEndpoint.del("interrupt", "/hubs/:hub").setPath(Path)
      .addSuccess(Schema.Void, { status: 202 }).addError(NotFound)
  )
)

/** Five hubs: one is refused, one given up in its start, one made, one fails, one is given up later. */
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
    const nextStart = (fault: Testing.Fault) =>
      Effect.flatMap(Environment, ({ server }) =>
        server((server) =>
          server.fail({ method: "start" }, fault)
        ))
    yield* nextStart(denied)
    yield* say("PUT", "denied")
    yield* ended("denied")
    yield* nextStart(Testing.delayReply("1 second"))
    yield* say("PUT", "given-up")
    yield* say("GET", "given-up")
    yield* say("DELETE", "given-up")
    yield* ended("given-up")
    yield* say("DELETE", "succeeds")
    yield* say("GET", "succeeds")
    for (const hub of ["succeeds", "fails", "never-ends"]) {
      yield* say("PUT", hub)
    }
    yield* say("GET", "never-ends")
    yield* ended("succeeds")
    yield* ended("fails")
    yield* say("DELETE", "never-ends")
    yield* ended("never-ends")
  })
