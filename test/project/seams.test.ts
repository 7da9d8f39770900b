/** What the next major of Effect spells otherwise stands in one file of the kit; see test/kit. */
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** A spelling, and the files that know it. */
const seams: ReadonlyArray<
  readonly [what: string, spelling: RegExp, knownTo: ReadonlyArray<string>]
> = [
  [
    "time, chance and settings",
    /\b(?:Effect\.with(?:Clock|Random|ConfigProvider)|Layer\.set(?:Clock|ConfigProvider)|ConfigProvider\.\w+|ClockTypeId|Random\.(?:fixed|make)|TestServices)\b/,
    ["test/kit/services.ts"]
  ],
  ["virtual time", /\bTestContext\.\w/, ["test/kit/services.ts", "test/kit/fastTestClock.ts"]],
  [
    "the log",
    /\b(?:Logger\.\w|LogLevel\b|FiberRef\.currentLog)/,
    ["test/kit/logs.ts"]
  ],
  ["the tracer of Effect", /\bDefaultServices\b/, ["test/kit/FakeTracer.ts"]],
  [
    "living fibers",
    /\b(?:Supervisor|Scheduler|Fiber\.roots|Effect\.supervised)\b/,
    ["test/kit/fibers.ts"]
  ],
  [
    "the exit of an interrupted fiber",
    // A statement needs none.
    /^(?!\s*(?:if \(.*\) )?yield\* Fiber\.interrupt\(\w+\)$).*\bFiber\.interrupt\b/,
    ["test/kit/fibers.ts"]
  ]
]

const files = ["test", "typetest"].flatMap((folder) =>
  fs.readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.posix.join(folder, file))
).filter((file) => file !== "test/project/seams.test.ts")

const lines = files.map((file) =>
  [file, fs.readFileSync(path.join(root, file), "utf8").split("\n")] as const
)

describe("only one file knows how Effect spells", () => {
  it.each(seams)("%s", (_, spelling, knownTo) => {
    const known = new Set<string>()
    const wrong: Array<string> = []
    for (const [file, texts] of lines) {
      for (const [index, text] of texts.entries()) {
        if (!spelling.test(text)) continue
        if (knownTo.includes(file)) known.add(file)
        else wrong.push(`${file}:${index + 1}: ${text.trim()}`)
      }
    }
    assert.deepStrictEqual(wrong, [])
    assert.sameMembers([...known], [...knownTo])
  })
})
