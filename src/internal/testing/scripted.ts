import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import type * as Testing from "../../testing.ts"
import { isObject } from "../base/json.ts"
import { encode, Refused } from "../proto/requestValue.ts"
import { reject, type Rejection } from "./reply.ts"

/**
 * A script, whatever its messages are typed by.
 *
 * @internal
 */
export type AnyScript = Testing.Script<unknown, unknown>

/**
 * A script with its messages packed, as the method of the call declares them; what cannot be sent is told to whoever starts it.
 *
 * @internal
 */
export const packed = (
  script: AnyScript,
  call: Testing.StartCall
): Either.Either<Testing.Script, Rejection> =>
  Either.try({
    try: () => packedOrThrow(script, call),
    catch: (error) => reject("INTERNAL", error instanceof Error ? error.message : String(error))
  })

const packedOrThrow = (script: AnyScript, call: Testing.StartCall): Testing.Script => {
  const { metadata, result } = script
  const progressing = (metadata: unknown) =>
    pack(call.metadataType, metadata, `the metadata in the script of ${call.rpc}`)
  return {
    ...script,
    metadata: metadata === undefined || metadata === "none"
      ? metadata
      : isTimed(metadata)
      ? metadata.map(({ at, metadata }) => ({ at, metadata: progressing(metadata) }))
      : typeof metadata === "function"
      ? (progress) => progressing(metadata(progress))
      : progressing(metadata),
    result: result._tag === "Response" && result.response !== undefined
      ? {
        ...result,
        response: pack(
          call.responseType,
          result.response,
          `the response in the script of ${call.rpc}`
        )
      }
      : result as Testing.Result
  }
}

const isTimed = (
  metadata: unknown
): metadata is ReadonlyArray<{ readonly at: Duration.DurationInput; readonly metadata: unknown }> =>
  Array.isArray(metadata)

/** What says its own type is sent as it is. */
const pack = (type: string, message: unknown, what: string): Testing.AnyMessage => {
  if (isObject(message) && typeof message["@type"] === "string") {
    return { ...message, "@type": message["@type"] }
  }
  const json = encode(message, "")
  if (json instanceof Refused) throw new Error(`\`${json.path}\` of ${what} ${json.problem}`)
  return { "@type": `type.googleapis.com/${type}`, ...Object(json) }
}
