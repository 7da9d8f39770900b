/** Catalogues, each read once, and fixtures of a JSON value a line. */
import { assert } from "@effect/vitest"
import * as fs from "node:fs"
import * as Catalogue from "../../src/internal/services/catalogue.ts"

const loaded = new Map<string, Catalogue.Catalogue>()

export const load = async (module: string): Promise<Catalogue.Catalogue> => {
  const catalogue = loaded.get(module) ?? await Catalogue.load(module)
  assert.isDefined(catalogue, module)
  loaded.set(module, catalogue)
  return catalogue
}

export const fieldsOf = (message: Catalogue.Message | undefined): ReadonlyArray<Catalogue.Field> =>
  Array.from(message?.fields.values() ?? [])

/** The values of `test/fixtures/<name>`. */
export const linesOf = <A>(name: string): ReadonlyArray<A> =>
  fs.readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8").trim().split("\n").map((
    line
  ) => JSON.parse(line))
