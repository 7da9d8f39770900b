import * as Arr from "effect/Array"
import * as ParseResult from "effect/ParseResult"
import type * as AST from "effect/SchemaAST"
import { maxDepth, tooDeep } from "./depth.ts"

/**
 * Why a walk ended: where, and what was expected there.
 *
 * @internal
 */
export class Issue {
  readonly problem: string | ParseResult.ParseIssue
  readonly actual: unknown
  /** From the inside out: it grows while the walk returns. */
  readonly #keys: Array<string | number> = []

  constructor(actual: unknown, problem: string | ParseResult.ParseIssue) {
    this.actual = actual
    this.problem = problem
  }

  under(key: string | number): this {
    this.#keys.push(key)
    return this
  }

  toParseIssue(ast: AST.AST, input: unknown): ParseResult.ParseIssue {
    const { actual, problem } = this
    const issue = typeof problem === "string" ? new ParseResult.Type(ast, actual, problem) : problem
    const path = Arr.reverse(this.#keys)
    return Arr.isNonEmptyArray(path) ? new ParseResult.Pointer(path, input, issue) : issue
  }
}

/** @internal */
export const expected = (what: string, actual: unknown): Issue =>
  new Issue(actual, `Expected ${what}, actual ${shown(actual)}`)

/**
 * What keeps a walk out of a list or an object.
 *
 * @internal
 */
export const refused = (
  fits: boolean,
  what: string,
  actual: unknown,
  depth: number
): Issue | undefined =>
  fits
    ? depth < maxDepth ? undefined : new Issue(undefined, tooDeep)
    : expected(what, actual)

const shown = (u: unknown): string =>
  typeof u === "object" && u !== null
    ? Array.isArray(u) ? "a list" : "an object"
    : (typeof u === "string" ? JSON.stringify(u) : String(u)).slice(0, 100)
