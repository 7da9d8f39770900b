import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Code from "../../Code.ts"
import type * as Testing from "../../testing.ts"

/**
 * What the reply to a start says of it later, too.
 *
 * @internal
 */
export interface Origin {
  readonly operationType: string
  /** The name of what it acts on. */
  readonly target: string | undefined
  readonly requestId: string | undefined
  /** What it makes, as a get of it shows. */
  readonly resource: Testing.JsonObject | undefined
}

/**
 * An operation: its script and the two instants that its state depends on.
 *
 * @internal
 */
export interface Entry {
  readonly name: string
  /** `undefined`: belongs to every service. */
  readonly service: string | undefined
  readonly script: Testing.Script
  /** Milliseconds. */
  readonly startedAt: number
  readonly cancelRequestedAt: number | undefined
  /** Where the service writes operations of its own: the start that made it. */
  readonly origin?: Origin | undefined
}

/** When it ends, in milliseconds since its start, and whether by cancellation. */
const endOf = (entry: Entry): { readonly at: number; readonly cancelled: boolean } => {
  const { script } = entry
  const natural = Duration.toMillis(script.after)
  if (entry.cancelRequestedAt === undefined || script.cancellation === "ignored") {
    return { at: natural, cancelled: false }
  }
  const cancelled = entry.cancelRequestedAt - entry.startedAt +
    Duration.toMillis(script.cancelAfter ?? 0)
  return cancelled < natural
    ? { at: cancelled, cancelled: true }
    : { at: natural, cancelled: false }
}

/**
 * Milliseconds from `now` until the operation is done: zero or less when it is, `Infinity` when it never will be.
 *
 * @internal
 */
export const millisUntilDone = (entry: Entry, now: number): number =>
  entry.startedAt + endOf(entry).at - now

const latest = <A extends { readonly at: Duration.DurationInput }>(
  timed: ReadonlyArray<A>,
  elapsed: number
): A | undefined =>
  timed.reduce<A | undefined>(
    (found, item) => Duration.toMillis(item.at) <= elapsed ? item : found,
    undefined
  )

const progressOf = (entry: Entry, now: number): Testing.Progress => {
  const end = endOf(entry).at
  const natural = Duration.toMillis(entry.script.after)
  const elapsed = Math.min(Math.max(0, now - entry.startedAt), end)
  return {
    elapsed: Duration.millis(elapsed),
    fraction: natural === 0 ? 1 : elapsed / natural,
    done: elapsed >= end,
    cancelRequested: entry.cancelRequestedAt !== undefined,
    startedAt: DateTime.unsafeMake(entry.startedAt),
    endedAt: elapsed >= end
      ? Option.some(DateTime.unsafeMake(entry.startedAt + end))
      : Option.none()
  }
}

const isTimed = (
  metadata: Testing.Metadata
): metadata is Extract<Testing.Metadata, ReadonlyArray<unknown>> => Array.isArray(metadata)

const metadataOf = (
  metadata: Testing.ScriptOptions["metadata"],
  progress: Testing.Progress
): Testing.JsonObject | undefined => {
  if (metadata === undefined || metadata === "none") return undefined
  if (typeof metadata === "function") return metadata(progress)
  return isTimed(metadata)
    ? latest(metadata, Duration.toMillis(progress.elapsed))?.metadata
    : metadata
}

/** A google.rpc.Status in proto3 JSON: fields with their default value are left out. */
const statusToJson = (status: Testing.Status): Testing.JsonObject => {
  const code = typeof status.code === "number" ? status.code : Code.toNumber(status.code)
  return {
    ...(code === 0 ? undefined : { code }),
    ...(status.message === undefined || status.message === ""
      ? undefined
      : { message: status.message }),
    ...(status.details === undefined || status.details.length === 0
      ? undefined
      : { details: status.details })
  }
}

const cancelledStatus: Testing.Status = { code: 1, message: "The operation was cancelled." }

const empty = { "@type": "type.googleapis.com/google.protobuf.Empty" }

const resultOf = (result: Testing.Result): Testing.JsonObject => {
  switch (result._tag) {
    case "Response":
      return { response: result.response ?? empty }
    case "Error":
      return { error: statusToJson(result.status) }
    case "None":
      return {}
  }
}

/**
 * The operation as proto3 JSON shows it at an instant: a function of its script, its start and its cancellation.
 *
 * @internal
 */
export const operationAt = (entry: Entry, now: number): Testing.JsonObject => {
  const { script } = entry
  const progress = progressOf(entry, now)
  const cancelled = progress.done && endOf(entry).cancelled
  const scripted = cancelled
    ? undefined
    : latest(script.states ?? [], Duration.toMillis(progress.elapsed))
  if (scripted !== undefined) return { name: entry.name, ...scripted.operation }
  const metadata = metadataOf(script.metadata, progress)
  return {
    name: entry.name,
    ...(metadata === undefined ? undefined : { metadata }),
    ...(progress.done
      ? {
        done: true,
        ...(cancelled ? { error: statusToJson(cancelledStatus) } : resultOf(script.result))
      }
      : undefined)
  }
}
