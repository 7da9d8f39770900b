/**
 * Reads the starts of Compute Engine, GKE and Cloud SQL out of the texts of their protos, line by line and without protobufjs: what the
 * generator says is held against it. `npx tsx scripts/extendedStarts.ts --googleapis <checkout>` writes test/fixtures/extended.jsonl.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { parseArgs } from "node:util"
import pinned from "./googleapis.json" with { type: "json" }

export interface Start {
  readonly service: string
  readonly rpc: string
  readonly verb: string
  readonly path: string
  readonly body: string | undefined
  /** The fields of the request by their proto names, in order, and their types. */
  readonly fields: { readonly [name: string]: string }
  readonly required: ReadonlyArray<string>
}

/** Nobody reads comments; a text may hold two slashes, as links do. */
const withoutComments = (text: string): string =>
  text.split("\n").map((line) => line.replace(/^\s*\/\/.*$/, "").replace(/;\s*\/\/.*$/, ";")).join(
    "\n"
  )

/** From an opening brace to its own. */
const block = (text: string, open: number): string => {
  let depth = 0
  for (let i = open; i < text.length; i++) {
    if (text[i] === "{") depth++
    if (text[i] === "}" && --depth === 0) return text.slice(open + 1, i)
  }
  return ""
}

const topLevel = (body: string): string => {
  let out = ""
  let depth = 0
  for (const char of body) {
    if (char === "{") depth++
    if (depth === 0) out += char
    if (char === "}" && --depth === 0) out += ";"
  }
  return out
}

const messageOf = (text: string, name: string): string => {
  const at = text.search(new RegExp(`^message ${name} \\{`, "m"))
  if (at < 0) throw new Error(`no message ${name}`)
  // Fields of a oneof are fields.
  return topLevel(block(text, text.indexOf("{", at)).replace(/oneof \w+ \{([^}]*)\}/g, "$1"))
}

const fieldsOf = (body: string) =>
  Array.from(
    body.matchAll(
      /(?:^|[;}])\s*(optional |repeated )?((?:map<[^>]+>)|[\w.]+) (\w+) = \d+\s*(\[[^\]]*\])?(?=;)/g
    ),
    ([, label = "", type = "", name = "", options = ""]) => ({
      name,
      type: `${label}${type}`,
      isRequired: /field_behavior\) = REQUIRED/.test(options)
    })
  )

const startsIn = (
  service: string,
  text: string,
  isStart: (interfaceName: string, rpc: string, options: string) => boolean,
  prefix: string
): ReadonlyArray<Start> =>
  Array.from(text.matchAll(/^service (\w+) \{/gm)).flatMap((found) => {
    const body = block(text, text.indexOf("{", found.index))
    return Array.from(
      body.matchAll(/rpc\s+(\w+)\(\s*(\w+)\s*\)\s*returns\s*\(\s*Operation\s*\)\s*\{/g)
    ).flatMap((rpc) => {
      const options = block(body, body.indexOf("{", rpc.index))
      if (!isStart(found[1] ?? "", rpc[1] ?? "", options)) return []
      const http = block(options, options.indexOf("{"))
      const own = http.replace(/additional_bindings \{[^}]*\}/g, "")
      const [, verb = "", path = ""] = /(get|post|put|patch|delete): "([^"]+)"/.exec(own) ?? []
      const fields = fieldsOf(messageOf(text, rpc[2] ?? ""))
      return [{
        service,
        rpc: `${prefix}.${found[1]}.${rpc[1]}`,
        verb: verb.toUpperCase(),
        path,
        body: /body: "([^"]+)"/.exec(own)?.[1],
        fields: Object.fromEntries(fields.map(({ name, type }) => [name, type])),
        required: fields.filter(({ isRequired }) => isRequired).map(({ name }) => name)
      }]
    })
  })

export const extendedStarts = (read: (file: string) => string): ReadonlyArray<Start> => {
  const compute = withoutComments(read("google/cloud/compute/v1/compute.proto"))
  const gke = withoutComments(read("google/container/v1/cluster_service.proto"))
  const sql = [
    "backup_runs",
    "backups",
    "databases",
    "instances",
    "resources",
    "ssl_certs",
    "users"
  ].map((name) => withoutComments(read(`google/cloud/sql/v1/cloud_sql_${name}.proto`))).join("\n")
  return [
    ...startsIn(
      "compute",
      compute,
      (_, __, options) => options.includes("(google.cloud.operation_service)"),
      "google.cloud.compute.v1"
    ),
    ...startsIn("container", gke, (_, rpc) => rpc !== "GetOperation", "google.container.v1"),
    ...startsIn("sqladmin", sql, () => true, "google.cloud.sql.v1")
  ]
}

const { values } = parseArgs({ options: { googleapis: { type: "string" } }, strict: false })
if (typeof values.googleapis === "string") {
  const checkout = values.googleapis
  const starts = extendedStarts((file) =>
    execFileSync("git", ["-C", checkout, "show", `${pinned.commit}:${file}`], {
      encoding: "utf8",
      maxBuffer: 2 ** 26
    })
  )
  fs.writeFileSync(
    new URL("../test/fixtures/extended.jsonl", import.meta.url),
    starts.map((start) => `${JSON.stringify(start)}\n`).join("")
  )
  console.log(`${starts.length} starts`)
}
