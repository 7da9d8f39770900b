/** What the catalogue's pages are made of, and how they are searched. */

/** A name, its type, and what is to know. */
export type Field = readonly [name: string, type: string, marks: string]

/** Its const, its rpc, and where it goes. */
export type Start = readonly [name: string, rpc: string, http: string]

export interface Version {
  readonly module: string
  readonly service: string
  readonly tag: string
  readonly operations: ReadonlyArray<string>
  /** Whether the service serves what waits ask for. */
  readonly waits: boolean
  readonly methods: ReadonlyArray<Start>
}

export interface Api {
  readonly id: string
  readonly title: string
  readonly service: string
  /** Products and what people call them. */
  readonly words: string
  readonly versions: ReadonlyArray<Version>
}

/** The data of a version, which is loaded when it is asked for. */
export interface Methods {
  readonly methods: Readonly<
    Record<string, {
      readonly fields: ReadonlyArray<Field>
      readonly response: string
      readonly metadata: string
      readonly requestId: string
      readonly code: string
    }>
  >
  /** By full name: the fields of a message, or the values of an enum. */
  readonly messages: Readonly<Record<string, ReadonlyArray<Field> | string>>
}

/** An API in the list of all. */
export interface Listed extends Omit<Api, "versions"> {
  readonly versions: ReadonlyArray<readonly [module: string, starts: number]>
}

/** The methods of every module, by its name: names with spaces between. */
export type Names = Readonly<Record<string, string>>

export interface Found {
  readonly api: Listed
  /** Methods whose names fit what the API itself does not say. */
  readonly methods: ReadonlyArray<readonly [module: string, method: string]>
}

const wordsOf = (text: string): ReadonlyArray<string> =>
  text.toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "")

/** `createNodePool` as the words that it is made of, and as itself. */
const spoken = (name: string): string =>
  `${name} ${name.replace(/([a-z0-9])([A-Z])/g, "$1 $2")}`.toLowerCase()

/** The APIs that have every word of a query, in their words or in the name of a method of theirs. */
export const search = (
  apis: ReadonlyArray<Listed>,
  names: Names,
  query: string,
  limit = 8
): ReadonlyArray<Found> => {
  const words = wordsOf(query)
  if (words.length === 0) return apis.map((api) => ({ api, methods: [] }))
  const found = apis.flatMap((api) => {
    const said = `${api.title} ${api.service} ${api.words} ${
      api.versions.map(([module]) => module).join(" ")
    }`.toLowerCase()
    const others = words.filter((word) => !said.includes(word))
    if (others.length === 0) return [{ api, methods: [] }]
    const methods = api.versions.flatMap(([module]) =>
      (names[module] ?? "").split(" ")
        .filter((name) => others.every((word) => spoken(name).includes(word)))
        .map((name) => [module, name] as const)
    )
    return methods.length === 0 ? [] : [{ api, methods: methods.slice(0, limit) }]
  })
  // What an API is called counts more than a method of it.
  return found.sort((a, b) => Number(a.methods.length > 0) - Number(b.methods.length > 0))
}

/** The full name of a message or enum that a type is made of, where there is one. */
export const messageIn = (type: string): string | undefined =>
  /^(?:map<\w+, )?([\w.]+?)(?:\[\]|>)?$/.exec(type)?.[1]

/** A type as it is read: without its package. */
export const shortType = (type: string): string => type.replace(/(?:[a-z]\w*\.)+(?=[A-Z])/g, "")
