/** What was built, in Chromium: a server of its files on a free loopback port, and pages that note what goes wrong. */
import * as fs from "node:fs"
import { createServer, type Server } from "node:http"
import { createRequire } from "node:module"
import * as path from "node:path"
import type { Browser, Page } from "playwright-core"
import { chromiumBinary } from "../../scripts/install/chromium.ts"
import { out, site } from "../scripts/paths.ts"

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".svg": "image/svg+xml"
}

interface Listening {
  readonly url: string
  readonly close: () => void
}

/** A server on a free loopback port. */
export const listen = async (server: Server): Promise<Listening> => {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve)
  })
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    }
  }
}

/** Serves what was built. */
export const serve = (): Promise<Listening> =>
  listen(createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://127.0.0.1")
    const file = path.join(out, pathname.endsWith("/") ? `${pathname}index.html` : pathname)
    if (!file.startsWith(out) || !fs.existsSync(file)) {
      response.writeHead(404).end()
      return
    }
    response.setHeader("content-type", types[path.extname(file)] ?? "application/octet-stream")
    fs.createReadStream(file).pipe(response)
  }))

export const launch = (): Promise<Browser> => {
  const { chromium } = createRequire(path.join(site, "package.json"))("playwright-core")
  return chromium.launch({ executablePath: chromiumBinary(), args: ["--no-sandbox"] })
}

/** What a page must not do: write errors to the console, fail, or ask another machine. */
export const watched = (page: Page): ReadonlyArray<string> => {
  const problems: Array<string> = []
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(`console: ${message.text()}`)
  })
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`))
  page.on("request", (request) => {
    const url = new URL(request.url())
    if (/^https?:$/.test(url.protocol) && url.hostname !== "127.0.0.1") {
      problems.push(`request to ${url.host}`)
    }
  })
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.status()} ${response.url()}`)
  })
  return problems
}
