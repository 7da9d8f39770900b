import { isAscii, isUtf8 } from "node:buffer"
import type { Text } from "../wire/exchange.ts"

/** Chunks up to this many bytes are joined in memory that is kept: fresh memory for every page would cost as much as decoding it. */
const kept = 1024 * 1024

let joined = Buffer.alloc(0)

/** Valid until the next call, which is why nothing may wait in between. */
const join = (chunks: ReadonlyArray<Uint8Array>, size: number): Buffer => {
  if (size > kept) return Buffer.concat(chunks, size)
  if (size > joined.length) joined = Buffer.allocUnsafeSlow(Math.min(kept, size * 2))
  let at = 0
  for (const chunk of chunks) {
    joined.set(chunk, at)
    at += chunk.length
  }
  return joined.subarray(0, size)
}

/**
 * The text of a body that came in chunks. Nearly all JSON is ASCII, which is found out faster than UTF-8 is decoded.
 *
 * @internal
 */
export const textOf = (chunks: ReadonlyArray<Uint8Array>, size: number): Text => {
  const [first] = chunks
  const bytes = chunks.length === 1 && first instanceof Buffer ? first : join(chunks, size)
  if (isAscii(bytes)) return { text: bytes.toString("latin1"), isUtf8: true }
  return { text: bytes.toString("utf8", startsWithMark(bytes) ? 3 : 0), isUtf8: isUtf8(bytes) }
}

/** A byte order mark is no part of a text. */
const startsWithMark = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
