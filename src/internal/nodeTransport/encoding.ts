import * as Effect from "effect/Effect"
import * as Zlib from "node:zlib"
import { TooLarge } from "../wire/readBody.ts"

type Encoded = { readonly [name: string]: string | ReadonlyArray<string> | undefined }

const decoders: {
  readonly [encoding: string]: (
    body: Uint8Array,
    options: Zlib.ZlibOptions & Zlib.BrotliOptions,
    callback: (error: NodeJS.ErrnoException | null, result: Buffer) => void
  ) => void
} = {
  gzip: Zlib.gunzip,
  "x-gzip": Zlib.gunzip,
  deflate: Zlib.inflate,
  br: Zlib.brotliDecompress
}

const encodingOf = (headers: Encoded): string =>
  String(headers["content-encoding"] ?? "").trim().toLowerCase()

/**
 * Whether a body has to be unpacked, although nobody asked for that.
 *
 * @internal
 */
export const isEncoded = (headers: Encoded): boolean =>
  headers["content-encoding"] !== undefined && Object.hasOwn(decoders, encodingOf(headers))

/** A body that cannot be unpacked: as broken as one that breaks off. */
export class Corrupt {
  readonly _tag = "Corrupt"
  readonly cause: unknown
  constructor(cause: unknown) {
    this.cause = cause
  }
}

/**
 * Unpacks a body, never to more than `limit` bytes.
 *
 * @internal
 */
export const unpack = (
  headers: Encoded,
  body: Uint8Array,
  limit: number
): Effect.Effect<Uint8Array, TooLarge | Corrupt> => {
  const decode = decoders[encodingOf(headers)]
  if (decode === undefined || body.length === 0) return Effect.succeed(body)
  return Effect.async((resume) => {
    decode(body, { maxOutputLength: limit }, (error, result) => {
      resume(
        error === null
          ? Effect.succeed(result)
          : Effect.fail(error.code === "ERR_BUFFER_TOO_LARGE" ? new TooLarge() : new Corrupt(error))
      )
    })
  })
}
