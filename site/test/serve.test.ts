/** `npm run site`: what writes the pages sees them here, so nothing fails there either. */
import { type ChildProcess, spawn } from "node:child_process"
import { createServer } from "node:http"
import type { Browser } from "playwright-core"
import { afterAll, assert, beforeAll, it } from "vitest"
import { root } from "../scripts/paths.ts"
import { launch, listen, watched } from "./browser.ts"

let browser: Browser
let site: ChildProcess
let url: string

beforeAll(async () => {
  const free = await listen(createServer())
  free.close()
  const { port } = new URL(free.url)
  const args = ["serve", "--host", "127.0.0.1", "--port", port]
  site = spawn(process.execPath, ["--import", "tsx", "site/scripts/main.ts", ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "inherit"]
  })
  url = await new Promise<string>((resolve, reject) => {
    let said = ""
    site.on("exit", (code) => reject(new Error(`ended with ${code}\n${said}`)))
    site.stdout?.on("data", (text) => {
      said += text
      const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
      if (found !== undefined) resolve(found)
    })
  })
  browser = await launch()
})
afterAll(async () => {
  await browser.close()
  site.kill()
})

it("serves every kind of page", async () => {
  const page = await browser.newPage()
  const problems = watched(page)
  for (
    const [to, text] of [
      ["/", "npm i effect@3"],
      ["/guides/create-and-wait", "operations.run(AlloyDB.createCluster"],
      ["/reference/WaitError", "class WaitTimeout"],
      ["/catalogue/", "Kubernetes Engine"],
      ["/catalogue/container#v1.createCluster", "operations.run(createCluster"],
      ["/playground", "yield* operations.start(createHub"]
    ] as const
  ) {
    await page.goto(`${url}${to}`, { waitUntil: "networkidle" })
    const shown = to === "/playground"
      ? page.locator("textarea")
      : page.locator(".vp-doc", { hasText: text })
    await shown.first().waitFor()
    if (to === "/playground") assert.include(await shown.inputValue(), text)
  }
  await page.locator(".run").click()
  await page.locator(".state", { hasText: "ended" }).waitFor()
  assert.deepStrictEqual([...problems], [])
})
