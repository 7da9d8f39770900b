/**
 * What a workflow and a poller tell each other. All of it is stored: a later version reads what an earlier one has written.
 */
import * as DurableDeferred from "@effect/workflow/DurableDeferred"
import * as Schema from "effect/Schema"
import { CallErrorSchema } from "../../CallError.ts"
import { OperationRef } from "../../OperationRef.ts"
import { WaitTimeout } from "../../WaitError.ts"
import { OperationSchema } from "../operation/schema.ts"
import * as Polling from "./polling.ts"

/**
 * What a poller is asked for: to poll an operation and to put its end where the token says.
 *
 * @internal
 */
export const JobFields = {
  /** Of the deferred value that the workflow waits for. */
  token: Schema.String,
  /** The key of the tag whose client polls. */
  client: Schema.String,
  ref: OperationRef,
  /** A wait for what was just started. */
  fresh: Schema.Boolean,
  /** When the workflow asked, in milliseconds since the epoch. */
  begunAt: Schema.Number,
  /** When the wait is over, done or not. */
  deadlineAt: Schema.optional(Schema.Number),
  /** The polling that Google publishes for the method. */
  published: Schema.optional(Polling.Published),
  polling: Polling.Stored
}

const JobSchema = Schema.Struct(JobFields)

/**
 * How long a job is one that a wait has just begun with, in milliseconds; one that is older was left behind by another process.
 *
 * @internal
 */
export const freshMillis = 10_000

/** @internal */
export type Job = typeof JobSchema.Type

/**
 * How a wait ended: with the final operation as received, by itself, or because its execution ended first. `of` says which operation it
 * was about.
 *
 * @internal
 */
export const Settled = Schema.Union(
  Schema.TaggedStruct("Done", { of: Schema.String, operation: OperationSchema }),
  Schema.TaggedStruct("Ended", {
    of: Schema.String,
    error: Schema.Union(CallErrorSchema, WaitTimeout)
  }),
  Schema.TaggedStruct("Abandoned", { of: Schema.String })
)

/** @internal */
export type Settled = typeof Settled.Type

/**
 * Where the end of a step's wait is put.
 *
 * @internal
 */
export const settledOf = (name: string) => DurableDeferred.make(name, { success: Settled })

/**
 * The name of the deferred value of a step. What an execution gave up in a run that did not end it after all is waited for once more, under
 * the next name.
 *
 * @internal
 */
export const waitName = (step: string, turn: number): string =>
  `effect-lro/wait/${step}${turn === 1 ? "" : `#${turn}`}`

/**
 * Which operation a reference is to.
 *
 * @internal
 */
export const identityOf = ({ endpoint, name, service, version }: OperationRef): string =>
  `${service}/${version} ${name}${endpoint === undefined ? "" : ` at ${endpoint}`}`
