import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

/** The body is longer than the layer's limit. */
export class TooLarge {
  readonly _tag = "TooLarge"
}

/**
 * Reads a body as bytes, never more than `limit` of them. A trusted content-length needs no counting: without a
 * content-encoding the transport delivers exactly that many.
 *
 * @internal
 */
export const readBody = (
  response: HttpClientResponse.HttpClientResponse,
  limit: number,
  // Some transports make these anew whenever they are asked.
  headers: HttpClientResponse.HttpClientResponse["headers"] = response.headers
): Effect.Effect<Uint8Array, HttpClientError.ResponseError | TooLarge> => {
  const declared = headers["content-length"]
  const length = declared !== undefined && /^\d+$/.test(declared) ? Number(declared) : undefined
  if (length !== undefined && length > limit) return drop(response)
  if (length !== undefined && headers["content-encoding"] === undefined) {
    return Effect.flatMap(
      response.arrayBuffer,
      (buffer) =>
        buffer.byteLength > limit
          ? Effect.fail(new TooLarge())
          : Effect.succeed(new Uint8Array(buffer))
    )
  }
  return Stream.runFoldEffect(response.stream, new Collected(), (collected, chunk) => {
    collected.add(chunk)
    return collected.size > limit ? Effect.fail(new TooLarge()) : Effect.succeed(collected)
  }).pipe(
    Effect.map((collected) => collected.concat()),
    Effect.catchIf(
      (error): error is HttpClientError.ResponseError =>
        error._tag === "ResponseError" && error.reason === "EmptyBody",
      () => Effect.succeed(new Uint8Array(0))
    )
  )
}

/** Cancels a body that is not read: its socket is closed. */
const drop = (response: HttpClientResponse.HttpClientResponse) =>
  Stream.runHead(response.stream).pipe(Effect.ignore, Effect.zipRight(Effect.fail(new TooLarge())))

class Collected {
  readonly chunks: Array<Uint8Array> = []
  size = 0
  add(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.size += chunk.length
  }
  concat(): Uint8Array {
    const [first] = this.chunks
    if (first !== undefined && this.chunks.length === 1) return first
    const out = new Uint8Array(this.size)
    let offset = 0
    for (const chunk of this.chunks) {
      out.set(chunk, offset)
      offset += chunk.length
    }
    return out
  }
}
