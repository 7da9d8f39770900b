/** All services, as far as they are known before one is loaded. */
import { products, services } from "./serviceIndex.ts"

export interface Known {
  /** `alloydb/v1` */
  readonly module: string
  readonly get: ReadonlyArray<string>
  readonly list: ReadonlyArray<string>
  /** Of cancel, delete and wait those that are served. */
  readonly served: ReadonlyArray<string>
  /** The methods that start operations, as the module exports them. */
  readonly methods: ReadonlyArray<string>
}

const partsOf = (text: string): ReadonlyArray<string> => text === "-" ? [] : text.split(",")

const knownOf = (line: string): Known => {
  const [module = "", get = "-", list = "-", served = "-", ...methods] = line.split(" ")
  return { module, get: partsOf(get), list: partsOf(list), served: partsOf(served), methods }
}

const linesOf = (text: string): ReadonlyArray<string> => text.trim().split("\n")

let read: ReadonlyArray<Known> | undefined

/** Every service version, sorted by module. */
export const all = (): ReadonlyArray<Known> => read ??= linesOf(services).map(knownOf)

export interface Product {
  readonly module: string
  readonly product: string
  readonly words: string
}

/** Products by the words that people search for. */
export const allProducts = (): ReadonlyArray<Product> =>
  linesOf(products).map((line) => {
    const [module = "", product = "", words = ""] = line.split("|")
    return { module, product, words }
  })

/** `alloydb` of `alloydb/v1`. */
export const shortOf = (module: string): string => module.slice(0, module.indexOf("/"))

/** `v1` of `alloydb/v1`. */
export const versionOf = (module: string): string => module.slice(module.indexOf("/") + 1)

/** Stable before beta before alpha, then the newest. */
const rankOf = (version: string): readonly [stage: number, number: number, minor: number] => {
  const [, major = "0", stage, minor = "0"] = /^v(\d+)(?:p\d+)?(alpha|beta)?(\d*)/.exec(version) ??
    []
  return [stage === undefined ? 2 : stage === "beta" ? 1 : 0, Number(major), Number(minor || "0")]
}

const newer = (a: string, b: string): number => {
  const [one, other] = [rankOf(versionOf(a)), rankOf(versionOf(b))]
  return other[0] - one[0] || other[1] - one[1] || other[2] - one[2]
}

/** The versions of a service, the newest stable one first. */
export const versionsOf = (short: string): ReadonlyArray<string> =>
  all().map(({ module }) => module).filter((module) => shortOf(module) === short).sort(newer)

export const find = (module: string): Known | undefined =>
  all().find((known) => known.module === module)

/** Whether a name fits one of the patterns: `*` is a segment, `**` any number of them. */
export const fits = (patterns: ReadonlyArray<string>, name: string): boolean =>
  patterns.some((pattern) => {
    const source = pattern.split("/").map((part) =>
      part === "**"
        ? "(?!/*$).+"
        : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", "[^/]+")
    )
    return new RegExp(`^(?!/)${source.join("/")}$`).test(name)
  })
