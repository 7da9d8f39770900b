/** What the program ends with: numbers that scripts build on. */
import type { LroError } from "effect-lro/LroError"
import type { UnknownService } from "effect-lro/services/registry"

/** By name. 74 is EX_IOERR of sysexits.h; `timeout` of coreutils ends with 124, too; 130 and 143 are what shells make of SIGINT and SIGTERM. */
export const ExitCode = {
  succeeded: 0,
  fault: 1,
  usage: 2,
  operationFailed: 3,
  credentials: 4,
  callFailed: 5,
  cancelled: 6,
  notWritten: 74,
  stillRunning: 124,
  interrupted: 130,
  terminated: 143
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** As every help prints them. */
export const meanings: ReadonlyArray<readonly [code: ExitCode, meaning: string]> = [
  [ExitCode.succeeded, "succeeded"],
  [ExitCode.fault, "a fault of this program"],
  [ExitCode.usage, "usage: nothing was sent"],
  [ExitCode.operationFailed, "an operation failed"],
  [ExitCode.credentials, "credentials: none were found, or they were refused"],
  [ExitCode.callFailed, "a call failed: no such operation, no permission, no connection"],
  [ExitCode.cancelled, "an operation was cancelled"],
  [ExitCode.notWritten, "results could not be written: a full disk"],
  [ExitCode.stillRunning, "still running when the time was up"],
  [ExitCode.interrupted, "interrupted (Ctrl-C)"],
  [ExitCode.terminated, "interrupted (SIGTERM)"]
]

const precedence: ReadonlyArray<ExitCode> = [
  ExitCode.fault,
  ExitCode.usage,
  ExitCode.operationFailed,
  ExitCode.cancelled,
  ExitCode.credentials,
  ExitCode.callFailed,
  ExitCode.stillRunning
]

/** The one that stands for several: what is worst. */
export const worst = (codes: ReadonlyArray<ExitCode>): ExitCode =>
  precedence.find((code) => codes.includes(code)) ?? ExitCode.succeeded

/** Settings that say where credentials are, or bring them. */
const ofCredentials: ReadonlyArray<string> = [
  "credentials",
  "keyFile",
  "key",
  "google-auth-library"
]

/** What an error means. */
export const ofError = (
  error: LroError | UnknownService | { readonly _tag: "Usage" | "NoToken" }
): ExitCode => {
  switch (error._tag) {
    case "Usage":
    case "UnknownService":
    case "InvalidRequest":
      return ExitCode.usage
    case "InvalidSettings":
      return ofCredentials.includes(error.setting) ? ExitCode.credentials : ExitCode.usage
    case "CredentialsError":
    case "NoToken":
    case "UNAUTHENTICATED":
      return ExitCode.credentials
    case "OperationFailed":
      return ExitCode.operationFailed
    case "OperationCancelled":
      return ExitCode.cancelled
    case "WaitTimeout":
      return ExitCode.stillRunning
    case "MissingResult":
    case "ResultDecodeError":
      return ExitCode.succeeded
    default:
      return ExitCode.callFailed
  }
}

/**
 * What the error of one of several calls means. Their names were checked before the first was sent: what is refused now is a call that
 * failed, and nobody may be told that nothing was sent.
 */
export const ofCall = (error: LroError): ExitCode =>
  error._tag === "InvalidRequest" ? ExitCode.callFailed : ofError(error)
