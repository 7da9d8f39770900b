/**
 * Digests in this process: WebCrypto makes them in another thread, which takes turns of the event loop that no virtual clock waits for. The
 * engine of @effect/workflow derives its ids by them.
 */
import * as crypto from "node:crypto"
export const digestHere = () =>
  Object.defineProperty(globalThis.crypto.subtle, "digest", {
    configurable: true,
    value: (_: string, data: Uint8Array) =>
      Promise.resolve(new Uint8Array(crypto.createHash("sha256").update(data).digest()).buffer)
  })
