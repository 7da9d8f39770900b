/** Hostile names: a request's path is the template's, or nothing was sent. */
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Effect, Either } from "effect"
import * as Credentials from "effect-lro/Credentials"
import type { InvalidSettings } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { binding } from "../kit/bakery.ts"
import * as Chance from "./chance.ts"

export interface Report {
  readonly seed: number
  readonly names: number
  readonly sent: number
  readonly refused: number
  /** Requests that left their template, and refusals that are none of names. */
  readonly wrong: ReadonlyArray<string>
}

const pieces = [
  "..",
  ".",
  "/",
  "//",
  "\\",
  "%2e",
  "%2E%2e",
  "%2f",
  "%252f",
  "%5c",
  "?",
  "#",
  "&",
  "=",
  ":",
  ":cancel",
  "@",
  ";",
  "\r\n",
  "\t",
  "\u0000",
  "\u0085",
  "\u2028",
  "\ufeff",
  "\ud800",
  "\udc00",
  "😀",
  "é",
  "e\u0301",
  "．．",
  "／",
  "http://evil.example",
  "//evil.example",
  "user:pw@",
  "[::1]",
  "v1",
  "projects",
  "operations",
  "+",
  " ",
  "%",
  "%zz",
  "__proto__",
  "constructor",
  "{name}",
  "*",
  "**",
  "~",
  "x".repeat(300)
]

const nameOf = (chance: Chance.Chance): string => {
  const noise = () => {
    let text = ""
    for (let i = chance.below(4); i >= 0; i--) {
      text += chance.often(0.7)
        ? chance.pick(pieces)
        : String.fromCharCode(chance.below(chance.often(0.5) ? 0x100 : 0x10000))
    }
    return text
  }
  if (chance.often(0.1)) return noise()
  const segments = ["projects", "p", "locations", "l", "operations", "o"]
  const at = chance.below(7)
  if (at === 6) return `${segments.join("/")}${noise()}`
  return segments.map((segment, index) => index === at || chance.often(0.1) ? noise() : segment)
    .join("/")
}

const origin = "https://bakery.googleapis.com"
const path = /^\/v1\/projects\/[^/?#\\]+\/locations\/[^/?#\\]+\/operations\/[^/?#\\]+$/

/** What is wrong with the URL that a name led to. */
const problemOf = (name: string, url: string): string | undefined => {
  const parsed = new URL(url)
  if (parsed.origin !== origin) return "another origin"
  // `URL` must find nothing to normalise.
  if (url !== `${origin}${parsed.pathname}`) return "normalised"
  if (!path.test(parsed.pathname)) return "another template"
  return decodeURIComponent(parsed.pathname) === `/v1/${name}` ? undefined : "another name"
}

export const run = (
  { names, seed }: { readonly names: number; readonly seed: number }
): Effect.Effect<Report, InvalidSettings> => {
  const chance = Chance.make(seed)
  let url: string | undefined
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      url = request.url
      return HttpClientResponse.fromWeb(request, new Response("{\"done\":true}"))
    })
  )
  return Effect.gen(function*() {
    const { get } = yield* Operations.make(binding)
    const wrong: Array<string> = []
    let sent = 0
    for (let i = 0; i < names; i++) {
      const name = nameOf(chance)
      url = undefined
      const result = yield* Effect.either(get({ name }))
      if (url !== undefined) sent++
      const problem = url !== undefined
        ? problemOf(name, url)
        : Either.isLeft(result) && result.left._tag === "InvalidRequest"
        ? undefined
        : "not refused"
      if (problem !== undefined) wrong.push(`${JSON.stringify(name)}: ${problem}`)
    }
    return { seed, names, sent, refused: names - sent, wrong }
  }).pipe(
    Effect.scoped,
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.provideService(Credentials.Credentials, Credentials.none)
  )
}
