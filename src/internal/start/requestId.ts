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
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-")
}
