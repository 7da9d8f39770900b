/** An operation as the program writes it: one object a line with `--format ndjson`. docs/cli.md describes each field. */
import type { CallError, ListError, WaitError } from "effect-lro/LroError"
import type { OperationRef } from "effect-lro/OperationRef"
import type { Operation, State } from "effect-lro/OperationState"
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import { facts } from "./facts.ts"

/** `UNKNOWN`: the operation could not be asked for; `error` says why. */
export const States = ["RUNNING", "SUCCEEDED", "FAILED", "CANCELLED", "UNKNOWN"] as const

export type StateName = (typeof States)[number]

export const Record = Schema.Struct({
  state: Schema.Literal(...States),
  /** `alloydb/v1` */
  service: Schema.String,
  name: Schema.String,
  verb: Schema.optional(Schema.String),
  target: Schema.optional(Schema.String),
  detail: Schema.optional(Schema.String),
  /** From 0 to 100. */
  percent: Schema.optional(Schema.Number),
  /** RFC 3339. */
  startedAt: Schema.optional(Schema.String),
  endedAt: Schema.optional(Schema.String),
  error: Schema.optional(Schema.Struct({
    /** A google.rpc.Code, or the name of an error of the SDK. */
    code: Schema.String,
    message: Schema.String,
    /** Whether it is the operation that failed, or a call. */
    of: Schema.Literal("operation", "call")
  })),
  /** As received. */
  metadata: Schema.optional(Schema.Unknown),
  /** As received. */
  response: Schema.optional(Schema.Unknown),
  /** Resumes the operation: `lro wait -` takes it. */
  ref: Schema.Unknown
})

export type Record = typeof Record.Type

const names = {
  Running: "RUNNING",
  Succeeded: "SUCCEEDED",
  Failed: "FAILED",
  Cancelled: "CANCELLED"
} as const

const time = (millis: number | undefined): string | undefined =>
  millis === undefined ? undefined : new Date(millis).toISOString()

const json = (ref: OperationRef): { readonly [field: string]: unknown } => ({
  service: ref.service,
  version: ref.version,
  ...(ref.endpoint === undefined ? {} : { endpoint: ref.endpoint }),
  ...(ref.location === undefined ? {} : { location: ref.location }),
  name: ref.name,
  ...(ref.method === undefined ? {} : { method: ref.method }),
  startedAt: DateTime.formatIso(ref.startedAt),
  ...(ref.requestId === undefined ? {} : { requestId: ref.requestId })
})

const some = <A extends object>(fields: A): { readonly [K in keyof A]: Exclude<A[K], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never

const errorOf = (state: State): Record["error"] =>
  state._tag === "Failed"
    ? { code: state.code, message: state.status.message, of: "operation" }
    : state._tag === "Cancelled"
    ? { code: "CANCELLED", message: state.status.message, of: "operation" }
    : undefined

/** Facts are found in metadata as it was received, whether it can be decoded or not. */
const shared = ({ metadata, response }: Operation) => {
  const { endedAt, startedAt, ...found } = facts(metadata)
  return { ...found, startedAt: time(startedAt), endedAt: time(endedAt), metadata, response }
}

/** The record of a state. */
export const ofState = (module: string, ref: OperationRef, state: State): Record => ({
  state: names[state._tag],
  service: module,
  name: state.name === "" ? ref.name : state.name,
  ...some({ ...shared(state.operation), error: errorOf(state) }),
  ref: json(ref)
})

/** The record of an operation that could not be asked for, with its last state where one is known. One that was never seen is unknown. */
export const ofError = (
  module: string,
  ref: OperationRef,
  error: CallError | ListError | WaitError,
  last?: Operation
): Record => ({
  state: error._tag === "WaitTimeout" && last !== undefined ? "RUNNING" : "UNKNOWN",
  service: module,
  name: ref.name,
  ...some({
    ...(last === undefined ? {} : shared(last)),
    error: { code: error._tag, message: error.message, of: "call" as const }
  }),
  ref: json(ref)
})

/** What is written of an operation that was asked to end: not its state, which nobody has seen. */
export const named = (
  module: string,
  ref: OperationRef,
  error?: CallError
): Pick<Record, "service" | "name" | "error" | "ref"> => ({
  service: module,
  name: ref.name,
  ...(error === undefined
    ? {}
    : { error: { code: error._tag, message: error.message, of: "call" } }),
  ref: json(ref)
})
