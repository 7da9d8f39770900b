/** Bundles the playground: its worker, in files that are loaded when a program is run, and its examples. */
import { build, type Plugin } from "esbuild"
import * as fs from "node:fs"
import * as path from "node:path"
import { gzipSync } from "node:zlib"
import type { Example } from "../.vitepress/theme/playground.ts"
import { content, root, site } from "./paths.ts"

/** The server reads what a service sends and receives: here of one service, and no other is bundled. */
const oneCatalogue: Plugin = {
  name: "one-catalogue",
  setup: ({ onLoad, onResolve }) => {
    onResolve(
      { filter: /^\.\/\w+\/v\w+\.ts$/ },
      ({ importer, path: name }) =>
        importer.endsWith("catalogue/table.ts") && name !== "./networkconnectivity/v1.ts"
          ? { path: name, namespace: "left-out" }
          : undefined
    )
    onResolve(
      { filter: /services\/\w+\/v\w+\.ts$/ },
      ({ importer, path: name }) =>
        importer.endsWith("services/table.ts") ? { path: name, namespace: "left-out" } : undefined
    )
    onLoad(
      { filter: /.*/, namespace: "left-out" },
      () => ({ contents: "export const text = \"\"" })
    )
  }
}

export const examples = (): ReadonlyArray<Example> => {
  const folder = path.join(site, "playground", "examples")
  return fs.readdirSync(folder).sort().map((file) => {
    const [first = "", ...rest] = fs.readFileSync(path.join(folder, file), "utf8").split("\n")
    const says = first.replace(/^\/\/ /, "")
    return { title: says.split(/[,:]/)[0] ?? says, says, code: rest.join("\n").trimEnd() }
  })
}

export const playground = async (): Promise<void> => {
  const outdir = path.join(content, "public", "playground")
  await build({
    entryPoints: { worker: path.join(site, "playground", "worker.ts") },
    outdir,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["node:*", "undici", "google-auth-library"],
    plugins: [oneCatalogue],
    logLevel: "error"
  })
  fs.writeFileSync(path.join(outdir, "examples.json"), JSON.stringify(examples()))
  const size = gzipSync(fs.readFileSync(path.join(outdir, "worker.js"))).length
  console.log(`playground: ${(size / 1000).toFixed(0)} kB compressed`)
}
