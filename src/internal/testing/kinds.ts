/** What the methods of google.longrunning.Operations take and give. */
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import type * as Testing from "../../testing.ts"
import type { Message } from "../services/catalogue.ts"
import { textMessage } from "./payload.ts"
import { badRequest, Rejection } from "./reply.ts"
import type { Route } from "./routes.ts"

/**
 * `"10s"` as a duration.
 *
 * @internal
 */
export const waitTimeout = (
  text: unknown
): Either.Either<Duration.Duration | undefined, Rejection> => {
  if (text === undefined) return Either.right(undefined)
  const seconds = typeof text === "string" ? /^(\d+(?:\.\d{1,9})?)s$/.exec(text)?.[1] : undefined
  return seconds === undefined
    ? Either.left(badRequest("timeout", "is not a duration in seconds, such as \"10s\"."))
    : Either.right(Duration.seconds(Number(seconds)))
}

/**
 * The message that a method of google.longrunning.Operations replies with.
 *
 * @internal
 */
export const replyTypes: { readonly [K in Testing.MethodKind]: string } = {
  get: "google.longrunning.Operation",
  list: "google.longrunning.ListOperationsResponse",
  cancel: "google.protobuf.Empty",
  delete: "google.protobuf.Empty",
  wait: "google.longrunning.Operation",
  start: "google.longrunning.Operation"
}

/**
 * What a method of google.longrunning.Operations takes in its body: a wait its time-out, a get that names the operation there its name,
 * cancel and delete nothing.
 *
 * @internal
 */
export const bodyMessage = ({ body, catalogue, kind, named }: Route): Message => {
  const none = textMessage(named === undefined ? [] : [named.field])
  const wait = catalogue.messages.get("google.longrunning.WaitOperationRequest")
  const timeout = wait?.fields.get("timeout")
  return kind === "wait" && body !== undefined && timeout !== undefined
    ? { ...none, fields: new Map([["timeout", timeout]]) }
    : none
}

/**
 * The error reply that a fault is.
 *
 * @internal
 */
export const rejectionOf = (
  fault: Extract<Testing.Fault, { readonly _tag: "Error" }>
): Rejection => {
  const { code, details, headers, message } = fault
  return new Rejection({ code, details, headers, message })
}
