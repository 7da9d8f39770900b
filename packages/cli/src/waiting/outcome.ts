/** What became of a wait: a record, a line, an exit code. */
import type { Operation } from "effect-lro/OperationState"
import * as Either from "effect/Either"
import { format } from "../duration.ts"
import { ExitCode, ofCall } from "../exitCode.ts"
import { shellLine } from "../globals.ts"
import * as Record from "../operations/record.ts"
import { plain, state, type Style } from "../terminal/style.ts"
import type { Outcome, Subject } from "./waitAll.ts"

/** The last state that was seen, be it in the reply to a start. */
const seen = ({ last, subject }: Outcome): Operation | undefined =>
  last ?? subject.started?.operation

export const recordOf = (outcome: Outcome): Record.Record => {
  const { result, subject } = outcome
  return Either.match(result, {
    onLeft: (error) => Record.ofError(subject.module.module, subject.ref, error, seen(outcome)),
    onRight: (final) => Record.ofState(subject.module.module, subject.ref, final)
  })
}

/** A wait that never saw its operation does not know that it still runs: its calls failed. */
export const codeOf = (outcome: Outcome): ExitCode =>
  Either.match(outcome.result, {
    onLeft: (error) =>
      error._tag === "WaitTimeout" && seen(outcome) === undefined
        ? ExitCode.callFailed
        : ofCall(error),
    onRight: ({ _tag }) =>
      _tag === "Failed"
        ? ExitCode.operationFailed
        : _tag === "Cancelled"
        ? ExitCode.cancelled
        : ExitCode.succeeded
  })

/** Whether waiting on may help: not where the operation is unknown, or was never asked for. */
export const mayRun = ({ result }: Outcome): boolean =>
  Either.isLeft(result) && !["NOT_FOUND", "InvalidRequest"].includes(result.left._tag)

/** How long an operation took, as far as that can be told: one that had ended before may have done so long ago. */
const took = (
  { endedAt, startedAt }: Record.Record,
  { now, since }: { readonly now: number; readonly since: number | undefined }
): number | undefined => {
  const started = startedAt === undefined ? since : Date.parse(startedAt)
  const ended = endedAt !== undefined
    ? Date.parse(endedAt)
    : since === undefined
    ? undefined
    : now
  return started === undefined || ended === undefined ? undefined : ended - started
}

/**
 * The result line of a record: state, name, how long it took, and why where it did not succeed. `since` is when it was first waited for;
 * absent where it was never seen running.
 */
export const line = (
  record: Record.Record,
  time: { readonly now: number; readonly since: number | undefined },
  paint: Style
): string => {
  const { error } = record
  const elapsed = took(record, time)
  // The name stands in front already.
  const message = error?.message.replace(`${record.name} `, "").replace(` (${record.name})`, "") ??
    ""
  const why = error === undefined
    ? undefined
    : message.includes(error.code) || [record.state, "WaitTimeout"].includes(error.code)
    ? plain(message)
    : `${error.code}: ${plain(message)}`
  return [
    state(paint, record.state, 9),
    `${record.service}:${plain(record.name)}`,
    ...(elapsed === undefined ? [] : [paint.dim(format(elapsed))]),
    ...(why === undefined ? [] : [why])
  ].join(" ")
}

/** An operation as a word of a command line. */
export const wordOf = (
  { module, ref }: Pick<Subject, "module" | "ref">,
  endpoint: string | undefined
): string =>
  ref.endpoint === undefined || ref.endpoint === endpoint?.replace(/\/+$/, "")
    ? `${module.module}:${ref.name}`
    : `${ref.endpoint}/${ref.version}/${ref.name}`

/** What still runs, and the line that waits on. */
export const resume = (
  running: ReadonlyArray<Pick<Subject, "module" | "ref">>,
  endpoint: string | undefined,
  options: ReadonlyArray<string>
): string => {
  const count = running.length === 1
    ? "1 operation may still run"
    : `${running.length} operations may still run`
  const words = running.map((subject) => wordOf(subject, endpoint))
  return `${count}. To wait on:\n  ${shellLine(["lro", "wait", ...options, ...words])}\n`
}
