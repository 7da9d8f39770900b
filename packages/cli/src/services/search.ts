/** Finds services and methods by words. */
import { aliased } from "./aliases.ts"
import * as Directory from "./directory.ts"

export interface FoundService {
  readonly module: string
  readonly title: string
  /** What it was found by beyond its own names. */
  readonly product: string | undefined
}

export interface FoundMethod {
  readonly module: string
  readonly method: string
}

/** `createNodePool` as words. */
const wordsOf = (name: string): string =>
  name.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase()

/** Plural and singular count as one. */
const stem = (word: string): string => word.toLowerCase().replace(/(?<=\w\w)s$/, "")

/** How well words fit a text: 2 where one begins a word of it, 1 where it is within one, 0 where one is not there. */
const fit = (words: ReadonlyArray<string>, text: string): number => {
  let score = 0
  for (const word of words) {
    const at = text.indexOf(word)
    if (at < 0) return 0
    score += new RegExp(`(?:^|[^a-z0-9])${word.replaceAll(/[^\w]/g, "\\$&")}`).test(text) ? 2 : 1
  }
  return score / words.length
}

const newest = (module: string): boolean =>
  Directory.versionsOf(Directory.shortOf(module))[0] === module

const split = (words: ReadonlyArray<string>): ReadonlyArray<string> =>
  words.flatMap((word) => word.split(/\s+/)).filter((word) => word !== "").map(stem)

/** Those that people look for first come first. */
const popularity = (module: string): number => {
  const index = Directory.allProducts().findIndex((each) => each.module === module)
  return index < 0 ? Infinity : index
}

const byPopularity = (a: string, b: string): number => {
  const [one, other] = [popularity(a), popularity(b)]
  return one === other ? 0 : one - other
}

/** A product that is called so counts most, then one whose name has the words, then one whose words have them. */
const productFit = (
  words: ReadonlyArray<string>,
  { product, words: more }: Directory.Product
): number => {
  const name = product.toLowerCase()
  const all = fit(words, `${name} ${more.toLowerCase()}`)
  if (all === 0) return 0
  const isName = split([name]).join(" ") === words.join(" ")
  return all + (isName ? 2 : fit(words, name) > 0 ? 1 : 0.5)
}

/** Services whose title, name or product has all the words; the newest version of each. */
export const services = (
  given: ReadonlyArray<string>,
  titles: ReadonlyMap<string, string>
): ReadonlyArray<FoundService> => {
  const words = split(given)
  const alias = aliased(given.join(""))
  const products = Directory.allProducts()
  return Directory.all().filter(({ module }) => newest(module))
    .map(({ module }) => {
      const title = titles.get(module) ?? ""
      const own = fit(words, `${Directory.shortOf(module)} ${title}`.toLowerCase())
      const by = products.filter((each) => each.module === module)
        .map((each) => ({ each, score: productFit(words, each) }))
        .sort((a, b) => b.score - a.score)[0]
      // A product that people look for counts more than a service that has the word in its title; an alias is a product's name.
      const score = Math.max(own, by?.score ?? 0, Directory.shortOf(module) === alias ? 4 : 0)
      return {
        module,
        title,
        product: by !== undefined && by.score > 0 ? by.each.product : undefined,
        score
      }
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || byPopularity(a.module, b.module))
    .map(({ module, product, title }) => ({ module, title, product }))
}

/** Methods whose names, with those of their service, have all the words. */
export const methods = (
  given: ReadonlyArray<string>,
  titles: ReadonlyMap<string, string>
): ReadonlyArray<FoundMethod> => {
  const words = split(given)
  return Directory.all().filter(({ module }) => newest(module))
    .flatMap(({ methods, module }) => {
      const product = Directory.allProducts().filter((each) => each.module === module)
        .map(({ product, words }) => `${product} ${words}`).join(" ")
      const about = `${Directory.shortOf(module)} ${titles.get(module) ?? ""} ${product}`
        .toLowerCase()
      return methods.map((method) => {
        const name = wordsOf(method)
        const own = fit(words, name)
        const inName = words.some((word) => name.includes(word))
        const both = inName ? fit(words, `${name} ${about}`) / 2 : 0
        // Of the methods that have the words, the one with the fewest others.
        const score = Math.max(own, both)
        return { module, method, score, length: name.split(" ").length }
      })
    })
    .filter(({ score }) => score > 0)
    .sort((a, b) =>
      b.score - a.score || a.length - b.length ||
      byPopularity(a.module, b.module)
    )
    .map(({ method, module }) => ({ module, method }))
}
