/** How names of googleapis become names here. */

export { jsonName } from "../../src/internal/proto/texts.ts"

export const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1)

export const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

/**
 * The name of a type without its package, nested ones joined: `OperationMetadata.Step` is `OperationMetadataStep`. Packages are
 * lower case and messages upper case in all of googleapis.
 */
export const typeName = (fullName: string): string => {
  const parts = fullName.split(".")
  const first = parts.findIndex((part) => /^[A-Z]/.test(part))
  return (first < 0 ? parts.slice(-1) : parts.slice(first)).map(pascal).join("")
}

/** `foo_bar` and `fooBar` to `FooBar`. */
export const pascal = (text: string): string =>
  text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "").map(upperFirst).join("")

/** The name of a tag: the API's title without "API", `Network Connectivity API` to `NetworkConnectivity`. */
export const tagName = (title: string): string => pascal(title.replace(/\s+API\b.*$/, ""))

/** Words that a const may not be called. */
const reservedWords: ReadonlySet<string> = new Set(
  ("arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally " +
    "for function if implements import in instanceof interface let new null package private protected public return static super " +
    "switch this throw true try typeof undefined var void while with yield").split(" ")
)

/** What a service module uses itself, and globals whose meaning a reader relies on. */
const takenByServices: ReadonlyArray<string> = (
  "Array BigInt Boolean Config ConfigError Credentials Date Effect Error Function HttpClient InvalidSettings Layer Map Math Messages " +
  "ListRequest Number Object OperationFormat Operations Promise ProtoJson ReadonlyArray Record Schema Set String Symbol binding layer layerConfig polling"
).split(" ")

/** What a module of messages uses itself. */
export const takenByMessages: ReadonlyArray<string> = "ProtoJson ReadonlyArray RpcStatus Uint8Array"
  .split(" ")

/** `google.cloud.hub.v1.Hub.State` to `GoogleCloudHubV1`. */
export const packagePrefix = (fullName: string): string =>
  pascal(fullName.split(".").filter((part) => /^[a-z]/.test(part)).join("_"))

/** Gives every name out once. */
export class Names {
  readonly #used: Set<string>

  constructor(taken: ReadonlyArray<string> = takenByServices) {
    this.#used = new Set(taken)
  }

  isFree(name: string): boolean {
    return !this.#used.has(name) && !reservedWords.has(name)
  }

  /** The first candidate that is free, else the last one with a number. */
  claim(...candidates: readonly [string, ...ReadonlyArray<string>]): string {
    const last = candidates[candidates.length - 1] ?? candidates[0]
    let name = candidates.find((candidate) => this.isFree(candidate))
    for (let i = 2; name === undefined; i++) {
      if (this.isFree(`${last}${i}`)) name = `${last}${i}`
    }
    this.#used.add(name)
    return name
  }
}
