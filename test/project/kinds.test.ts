/** A unit test opens no socket and starts no process: what does so is listed in vitest.config.ts. */
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import config from "../../vitest.config.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** What opens sockets or starts processes. */
const outside =
  /^(?:node:(?:child_process|dgram|https?|http2|net|tls|worker_threads)|undici|esbuild|typescript\S*|@effect\/platform-node|effect-lro\/NodeTransport)$/

/** The modules that a file of the tests imports when it runs, and those of the tests that these import. */
const reached = (file: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = fs.readFileSync(path.join(root, file), "utf8")
  for (
    const [, name = ""] of text.matchAll(
      /^(?:import (?!type\b)|export )(?:[^"]*? from )?"([^"]+)"|\bimport\("([^"]+)"\)/gm
    )
  ) {
    if (!name.startsWith(".")) seen.add(name)
    else reached(path.join(path.dirname(file), name), seen)
  }
  return seen
}

const { test } = config as {
  test: { projects: ReadonlyArray<{ test: { name: string; exclude?: ReadonlyArray<string> } }> }
}
const others = test.projects.find(({ test }) => test.name === "unit")?.test.exclude ?? []

describe("a unit test", () => {
  const files = fs.readdirSync(path.join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".test.ts"))
    .map((file) => path.join("test", file))
    .filter((file) => !others.some((pattern) => path.matchesGlob(file, pattern)))

  it("opens no socket and starts no process", () => {
    assert.isAtLeast(files.length, 40)
    const wrong = files.flatMap((file) =>
      Array.from(reached(file)).filter((name) => outside.test(name)).map((name) =>
        `${file}: ${name}`
      )
    )
    assert.deepStrictEqual(wrong, [])
  })
})
