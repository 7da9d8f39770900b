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
      ["createHub", "/catalogue/networkconnectivity"],
      // Questions of somebody who is new.
      ["document ai eu", "/guides/regional-endpoints"],
      ["ctrl-c", "/guides/interruption"],
      ["errors end a wait", "/guides/errors"],
      ["virtual time", "/guides/virtual-time"],
      ["cloud run import", "/guides/stored-reference"]
    ] as const
  ) {
    it(`finds ${query}`, async () => {
      const results = await search(query)
      assert.isTrue(results.some((href) => href.includes(expected)), results.join("\n"))
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

  it("runs what is written into it, and stops what does not end", async () => {
    await open("/playground.html")
    await page.locator("textarea").fill(
      "import { Effect } from \"effect\"\nimport { run } from \"playground\"\n\nrun(Effect.zipRight(Effect.log(\"hello\"), Effect.never))\n"
    )
    await page.locator(".run").click()
    await page.locator(".box pre", { hasText: "hello" }).waitFor()
    await page.locator(".stop").click()
    await page.locator(".state", { hasText: "stopped" }).waitFor()
  })
})
