/** What the page of the playground and its worker say to each other, and how a program becomes one that a worker runs. */

export type Message =
  | { readonly _tag: "Output"; readonly text: string; readonly level: string }
  | { readonly _tag: "Request"; readonly at: number; readonly text: string; readonly body: string }
  | { readonly _tag: "End" }

/** `{ a, b as c }` of an import as a pattern. */
const patternOf = (names: string): string => names.replace(/\bas\b/g, ":")

/** The imports of a program as what a function loads; the last line, a run, is awaited. */
export const toFunctionBody = (program: string): string =>
  program
    .replace(
      /^import \* as (\w+) from "([^"]+)";?$/gm,
      (_, name: string, from: string) => `const ${name} = load("${from}")`
    )
    .replace(
      /^import (\{[^}]*\}) from "([^"]+)";?$/gm,
      (_, names: string, from: string) => `const ${patternOf(names)} = load("${from}")`
    )
    .replace(/^(run|runVirtual)\(/gm, "await $1(")

export interface Example {
  readonly title: string
  readonly says: string
  readonly code: string
}
