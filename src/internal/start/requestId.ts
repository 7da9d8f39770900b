/**
 * A random UUID, version 4. It has to be unique in the whole fleet: not from `Random`, whose seed has 32 bits.
 *
 * @internal
 */
export const uuid = (): string => {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(
    bytes,
    (byte, i) =>
      (i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16)
        .padStart(2, "0")
  ).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}
