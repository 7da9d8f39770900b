/** The site as people use it, in Chromium: what they look for is found, nothing fails, and nothing leaves the machine. */
import * as fs from "node:fs"
import { createRequire } from "node:module"
import * as path from "node:path"
import type { Browser, Page } from "playwright-core"
import { afterAll, afterEach, assert, beforeAll, beforeEach, describe, it } from "vitest"
import { site } from "../scripts/paths.ts"
import { launch, serve, watched } from "./browser.ts"

let server: Awaited<ReturnType<typeof serve>>
let browser: Browser
let page: Page
let problems: ReadonlyArray<string>

beforeAll(async () => {
  server = await serve()
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  server.close()
})
beforeEach(async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  page = await context.newPage()
  problems = watched(page)
})
afterEach(async () => {
  await page.context().close()
  assert.deepStrictEqual([...problems], [])
})

const open = (to: string) => page.goto(`${server.url}${to}`, { waitUntil: "networkidle" })

describe("search", () => {
  const search = async (query: string): Promise<ReadonlyArray<string>> => {
    await open("/")
    await page.keyboard.press("Control+k")
    await page.locator(".VPLocalSearchBox input").fill(query)
    await page.locator(".VPLocalSearchBox .result").first().waitFor()
    return page.locator(".VPLocalSearchBox .result").evaluateAll((all) =>
      all.map((one) => one.getAttribute("href") ?? "")
    )
  }

  for (
    const [query, expected] of [
      ["retry", "/guides/retry"],
      ["document ai", "documentai"],
      ["WaitTimeout", "/reference/WaitError"],
      ["createHub", "/catalogue/networkconnectivity"]
    ] as const
  ) {
    it(`finds ${query}`, async () => {
      const results = await search(query)
      assert.isTrue(results.some((href) => href.includes(expected)), results.join("\n"))
    })
  }

  // Of somebody who is new, as asked: one of the first three hits has the answer.
  for (
    const [question, expected, answer] of [
      [
        "How do I wait for a Document AI batch in eu?",
        "/guides/regional-endpoints",
        "operations.run(batchProcessDocuments"
      ],
      ["What happens on Ctrl-C?", "/guides/interruption", "NodeRuntime.runMain"],
      ["Which errors end a wait?", "/guides/errors", "OperationFailed"],
      ["How do I test a day of waiting?", "/guides/virtual-time", "TestClock.adjust(\"1 day\")"],
      ["What do I import for Cloud Run?", "/guides/stored-reference", "effect-lro/MetadataServer"]
    ] as const
  ) {
    it(`answers: ${question}`, async () => {
      const results = await search(question)
      const at = results.findIndex((href) => href.includes(expected))
      assert.include([0, 1, 2], at, results.join("\n"))
      await page.locator(".VPLocalSearchBox .result").nth(at).click()
      await page.waitForURL((url) => url.pathname.startsWith(expected))
      await page.locator(".vp-doc", { hasText: answer }).waitFor()
    })
  }
})

describe("catalogue", () => {
  it("is filtered by the words of products", async () => {
    await open("/catalogue/")
    const all = await page.locator(".apis > li").count()
    await page.locator(".filter input").fill("kubernetes")
    const titles = page.locator(".apis > li > .title")
    await page.waitForFunction(
      (before) => document.querySelectorAll(".apis > li").length < before,
      all
    )
    const found = await titles.allInnerTexts()
    assert.include(found, "Kubernetes Engine")
    assert.isBelow(found.length, 40)
    assert.include(page.url(), "q=kubernetes")
  })

  it("is filtered by the names of methods, which lead to their fields and the lines to copy", async () => {
    await open("/catalogue/")
    await page.locator(".filter input").fill("create node pool")
    await page.locator(".apis .methods a", { hasText: "createNodePool" }).first().click()
    await page.locator(".method pre", { hasText: "operations.run(createNodePool" }).waitFor()
    assert.include(page.url(), "/catalogue/container.html#v1.createNodePool")
    await page.locator(".method .into", { hasText: "NodePool" }).first().click()
    await page.locator(".method td code", { hasText: "initialNodeCount" }).first().waitFor()
  })

  it("shows a method when its link is opened", async () => {
    await open("/catalogue/compute.html#v1.instancesInsert")
    await page.locator(".method td code", { hasText: "instanceResource" }).waitFor()
  })
})

describe("looks", () => {
  const pages = {
    home: "/",
    guide: "/guides/create-and-wait.html",
    reference: "/reference/WaitError.html",
    catalogue: "/catalogue/",
    api: "/catalogue/container.html#v1.createCluster",
    longNames: "/catalogue/compute.html",
    wideTables: "/docs/reliability.html",
    playground: "/playground.html"
  }
  const folder = process.env["SITE_SCREENSHOTS"]
  const axe = fs.readFileSync(
    createRequire(path.join(site, "package.json")).resolve("axe-core/axe.min.js"),
    "utf8"
  )

  for (const [name, to] of Object.entries(pages)) {
    for (const width of [1280, 390]) {
      for (const theme of ["light", "dark"] as const) {
        it(`${name} at ${width} pixels, ${theme}`, async () => {
          await page.setViewportSize({ width, height: width === 390 ? 844 : 900 })
          await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" })
          await open(to)
          if (folder !== undefined) {
            await page.screenshot({ path: path.join(folder, `${name}-${width}-${theme}.png`) })
          }
          const wide = await page.evaluate(() => document.documentElement.scrollWidth)
          assert.isAtMost(wide, width, "the page scrolls sideways")
          await page.evaluate(axe)
          const found: ReadonlyArray<
            {
              id: string
              impact: string
              nodes: ReadonlyArray<{ target: unknown; failureSummary: string }>
            }
          > = await page.evaluate(
            "axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)"
          )
          const serious = found.filter(({ impact }) =>
            impact === "serious" || impact === "critical"
          )
          const said = serious.map(({ id, nodes }) =>
            [
              id,
              ...nodes.slice(0, 3).map(({ failureSummary, target }) =>
                `${String(target)} ${failureSummary}`
              )
            ]
              .join("\n")
          )
          assert.isEmpty(said, said.join("\n"))
        })
      }
    }
  }
})

describe("playground", () => {
  it("loads its libraries when a program is run, and not before", async () => {
    const asked: Array<string> = []
    page.on("request", (request) => {
      if (request.url().endsWith("/playground/worker.js")) asked.push(request.url())
    })
    await open("/playground.html")
    assert.lengthOf(asked, 0)
    await page.locator(".run").click()
    await page.locator(".state", { hasText: "ended" }).waitFor()
    assert.lengthOf(asked, 1)
  })

  const ends = [
    "created projects/p/locations/global/hubs/offices",
    "runs on after",
    "Cancelled projects/p/locations/global/operations/",
    "created projects/p/locations/global/hubs/h",
    "created projects/p/locations/global/hubs/slow"
  ]

  it("has five examples", async () => {
    await open("/playground.html")
    assert.strictEqual(await page.locator(".examples button").count(), ends.length)
  })

  ends.forEach((last, index) => {
    it(`runs example ${index + 1} to its end`, async () => {
      await open("/playground.html")
      await page.locator(".examples button").nth(index).click()
      await page.locator(".run").click()
      await page.locator(".state", { hasText: "ended" }).waitFor()
      const [output = "", requests = ""] = await page.locator(".box").allInnerTexts()
      assert.include(output, last)
      assert.include(requests, "POST /v1/projects/p/locations/global/hubs")
      assert.strictEqual(await page.locator("pre.error").count(), 0, output)
    })
  })

  const write = async (...lines: ReadonlyArray<string>) => {
    await open("/playground.html")
    await page.locator("textarea").fill(lines.join("\n"))
    await page.locator(".run").click()
  }

  it("runs TypeScript, each import as written", async () => {
    await write(
      "import { Effect as E, type Option } from \"effect\"",
      "import * as O from \"effect/Option\"",
      "import type { OperationRef } from \"effect-lro/OperationRef\"",
      "import { run } from \"playground\"",
      "",
      "interface Named { readonly name: string }",
      "const first = <A extends Named>(all: ReadonlyArray<A>): Option.Option<string> =>",
      "  O.fromNullable(all[0]?.name satisfies string | undefined)",
      "const ref = { name: \"typed\" } as unknown as OperationRef",
      "run(E.log(O.getOrThrow(first<OperationRef>([ref]))))"
    )
    await page.locator(".state", { hasText: "ended" }).waitFor()
    assert.include(await page.locator(".box").first().innerText(), "typed")
    assert.strictEqual(await page.locator("pre.error").count(), 0)
  })

  for (
    const [what, program, message] of [
      [
        "what no parser reads",
        ["const a: number = 1", "const b = (a", "const c = 2"],
        "line 3: Unexpected token"
      ],
      [
        "a name that is declared twice",
        ["const a: number = 1", "", "const a = 2"],
        "line 3: Identifier 'a' has already been declared"
      ],
      [
        "await where nothing waits",
        ["const f = (x: Promise<1>): void => {", "  await x", "}"],
        "line 2: "
      ]
    ] as const
  ) {
    it(`shows the line of ${what}`, async () => {
      await write(...program)
      await page.locator(".state", { hasText: "ended" }).waitFor()
      const said = await page.locator("pre.error").innerText()
      assert.include(said, message)
      assert.include(said, program[Number(message[5]) - 1]?.trim() ?? "")
    })
  }

  it("runs what is written into it, and stops what does not end", async () => {
    await write(
      "import { Effect } from \"effect\"",
      "import { run } from \"playground\"",
      "",
      "run(Effect.zipRight(Effect.log(\"hello\"), Effect.never))"
    )
    await page.locator(".box pre", { hasText: "hello" }).waitFor()
    await page.locator(".stop").click()
    await page.locator(".state", { hasText: "stopped" }).waitFor()
  })
})
