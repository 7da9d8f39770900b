import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { build } from "esbuild"
import { execFile } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { ownPort } from "../../scripts/durable/ports.ts"
import { isFull } from "../kit/counts.ts"

const root = new URL("../../", import.meta.url)
const files = readdirSync(new URL("examples", root)).filter((file) => file.endsWith(".ts"))

const hub = "projects/demo/locations/global/hubs/effect-lro-example"
const operations = "projects/demo/locations/global/operations"
const banner = /^embedded server at http:\/\/127\.0\.0\.1:\d+$/

/** What each example prints, in this order; other lines may come between. */
const printed: Readonly<Record<string, ReadonlyArray<string | RegExp>>> = {
  "cancel.ts": [
    banner,
    `Started ${operations}/operation-1`,
    "Asked for its cancellation; the wait goes on until it is in effect",
    `OperationCancelled: ${operations}/operation-1; The operation was cancelled.`
  ],
  "createVm.ts": [
    banner,
    "insert is DONE",
    "effect-lro-example has the address 10.132.0.2",
    "Deleted it again"
  ],
  "durable.ts": [
    /^operations server at http:\/\/127\.0\.0\.1:\d+, a process of its own$/,
    /^projects\/demo\/locations\/us-east4\/operations\/operation-1 ■+ +\d+%/,
    /^projects\/demo\/locations\/us-east4\/operations\/operation-1 ■+ 100%/,
    "Created projects/demo/locations/us-east4/odbNetworks/effect-lro-example"
  ],
  "durableService.ts": [
    banner,
    "PUT /hubs/denied: 202",
    /^GET \/hubs\/denied: 503 .*PERMISSION_DENIED.*ask your administrator/,
    "PUT /hubs/given-up: 202",
    "GET /hubs/given-up: 200 {\"state\":\"running\"}",
    "DELETE /hubs/given-up: 202",
    /INFO .*: cancelled \S+\/operation-1: its execution was interrupted$/,
    "GET /hubs/given-up: 410 {\"_tag\":\"Gone\"}",
    "DELETE /hubs/succeeds: 404",
    "GET /hubs/succeeds: 404 {\"_tag\":\"NotFound\"}",
    "PUT /hubs/succeeds: 202",
    "PUT /hubs/never-ends: 202",
    "GET /hubs/never-ends: 200 {\"state\":\"running\"}",
    "GET /hubs/succeeds: 200 {\"state\":\"created\",\"name\":\"projects/demo/locations/global/hubs/succeeds\"}",
    /^GET \/hubs\/fails: 422 .*ABORTED; another change came first/,
    "DELETE /hubs/never-ends: 202",
    "GET /hubs/never-ends: 410 {\"_tag\":\"Gone\"}"
  ],
  "errors.ts": [
    banner,
    `get: HTTP 404, Operation "${operations}/none" was not found.`,
    /CancelOperation: `name` has the segment `\.\.`; expected projects\/\*\/locations\/\*\/operations\/\*$/,
    "run: the operation failed with ABORTED, the hub has spokes"
  ],
  "exportDatabase.ts": [banner, "EXPORT of shop is DONE"],
  "list.ts": [
    banner,
    "Operations of projects/demo/locations/global",
    "  Running    150",
    "  Succeeded  840",
    "  Failed     210",
    "The first three that still run",
    `  ${operations}/op-0`,
    `  ${operations}/op-8`,
    `  ${operations}/op-16`
  ],
  "main.ts": [
    banner,
    /^create a service +0%/,
    /^create a service ■+ 100%/,
    "Operations of projects/demo/locations/global",
    "  operation-1 Succeeded",
    "  operation-2 Failed",
    "  operation-3 Running",
    "  operation-4 Running",
    "Outcomes",
    "  untilDone    succeeded: projects/demo/locations/global/hubs/succeeds",
    "  untilDone    failed: ABORTED, another change came first",
    "  cancel       cancelled: The operation was cancelled.",
    `  cancel       UNIMPLEMENTED: Operation "${operations}/operation-4" cannot be cancelled.`,
    `  get          NOT_FOUND: Operation "${operations}/missing" was not found.`
  ],
  "otherOperations.ts": ["ground { id: 'projects/p/jobs/1', state: 'FINISHED', flour: 7 }"],
  "privateApi.ts": [
    banner,
    "users/ada/operations/operation-1 is in the oven",
    "A plum cake of 2 layers"
  ],
  "fleet.ts": [
    banner,
    "Killed with 500 references stored",
    /^waiting +0% /,
    /^waiting ■+ 100% 0 run, \d+ requests$/,
    "Outcomes",
    "  Succeeded          450",
    "  OperationFailed    50"
  ],
  "progress.ts": [
    banner,
    /^creating +0%/,
    /^creating ■+ +\d+% (?:reserve the name|publish it)/,
    /^creating ■+ 100% Succeeded/,
    "Created effect-lro-example.endpoints.demo.cloud.goog"
  ],
  "resume.ts": [
    banner,
    `first process: started ${operations}/operation-1, stored it`,
    "first process: killed",
    `second process: picked up ${operations}/operation-1`,
    `second process: created ${hub}`
  ],
  "serviceManagementFilter.ts": [
    banner,
    /^Filter: serviceName=shop\.endpoints\.demo\.cloud\.goog AND startTime>="\d{4}-[^"]+Z" AND \(status=failed OR status=in_progress\)$/,
    "  operations/rollouts.shop.endpoints.demo.cloud.goog:bad failed: INTERNAL, no capacity",
    "  operations/rollouts.shop.endpoints.demo.cloud.goog:running runs"
  ],
  "shortLived.ts": [
    banner,
    new RegExp(`^${operations}/operation-1 still runs after \\d+ polls: stored$`),
    `goes on with ${operations}/operation-1`,
    new RegExp(`^${operations}/operation-1 still runs after \\d+ polls: stored$`),
    `goes on with ${operations}/operation-1`,
    `created ${hub}`
  ],
  "startHub.ts": [
    banner,
    `Created ${hub}: Connects the offices (team network)`,
    "Deleted it again"
  ],
  "telemetry.ts": [
    banner,
    "  name: 'Operations.poll',",
    `    'gcp.resource.destination.id': '${operations}/operation-1',`,
    "    'gcp.longrunning.status_code': 'OK',",
    "    'gcp.longrunning.done': false",
    "    'gcp.longrunning.done': true",
    "  name: 'Operations.untilDone',",
    `    'gcp.resource.destination.id': '${operations}/operation-1',`,
    /^ {4}'gcp\.longrunning\.poll_attempt_count': [23],$/,
    "    'gcp.longrunning.done': true,",
    "    'gcp.longrunning.status_code': 'OK'",
    `created ${hub}`,
    "    name: 'effect_lro_waits_started',"
  ],
  "testing.ts": [/^passed: two days of waiting, 2 starts, \d\d polls$/],
  "twentyVms.ts": [
    banner,
    "Stopped 20 VMs",
    "Started 20 VMs",
    "The upgrade of the node pool: Cancelled"
  ],
  "twoServices.ts": [
    banner,
    `Network Connectivity: ${hub}, Connects the offices`,
    "Workload Manager:     projects/demo/locations/us-central1/evaluations/effect-lro-example, disk-is-encrypted"
  ],
  "twoTenants.ts": [
    banner,
    "projects/acme-prod/locations/global/operations/a-hub runs",
    "projects/globex-prod/locations/global/operations/a-hub runs",
    "Sent: Bearer demo-of-ACME_TOKEN, for acme-prod",
    "Sent: Bearer demo-of-GLOBEX_TOKEN, for globex-prod"
  ]
}

interface Span {
  readonly name: string
  readonly id: string
  readonly isRoot: boolean
  readonly links: ReadonlyArray<string>
}

/** The spans that a console exporter printed. */
const spansOf = (stdout: string): ReadonlyArray<Span> =>
  stdout.split(/^\{$/m).flatMap((text) => {
    const [, name] = /^ {2}name: '(.*)',$/m.exec(text) ?? []
    const [, id] = /^ {2}id: '(\w+)',$/m.exec(text) ?? []
    if (name === undefined || id === undefined) return []
    const links = [...(/^ {2}links: [^]*/m.exec(text)?.[0] ?? "").matchAll(/spanId: '(\w+)'/g)]
    return [{
      name,
      id,
      isRoot: text.includes("\n  parentSpanContext: undefined,"),
      links: links.flatMap(([, link]) => link === undefined ? [] : [link])
    }]
  })

/** What has to hold beside the lines that an example prints. */
const checks: Readonly<Record<string, (stdout: string) => void>> = {
  "telemetry.ts": (stdout) => {
    const spans = spansOf(stdout)
    const polls = spans.filter(({ name }) => name === "Operations.poll")
    const waits = spans.filter(({ name }) => name === "Operations.untilDone")
    assert.strictEqual(waits.length, 2)
    assert.isAtLeast(polls.length, 4)
    assert.isTrue(polls.every(({ isRoot, links }) => isRoot && links.length === 0))
    assert.isTrue(waits.every(({ isRoot }) => !isRoot))
    assert.deepStrictEqual(waits.flatMap(({ links }) => links), polls.map(({ id }) => id))
    const metrics = [...stdout.matchAll(/^ {4}name: '(effect_lro_\w+)',$/gm)].map(([, name]) =>
      name
    )
    assert.deepStrictEqual([...new Set(metrics)].sort(), [
      "effect_lro_live_waits",
      "effect_lro_poll_lateness_seconds",
      "effect_lro_polls",
      "effect_lro_wait_duration_seconds",
      "effect_lro_waits_ended",
      "effect_lro_waits_started"
    ])
  }
}

const own = mkdtempSync(join(tmpdir(), "effect-lro-examples-"))

/** Nothing of this process's environment that could lead an example elsewhere; and no folder or port that another run may have. */
const environment: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["PATH", "HOME", "SystemRoot"].flatMap((name) => {
      const value = process.env[name]
      return value === undefined ? [] : [[name, value]]
    })
  ),
  TMPDIR: own,
  PORT: String(await ownPort())
}

/** Ends what hangs. */
const limit = 300_000

interface Run {
  readonly code: unknown
  readonly stdout: string
  readonly stderr: string
}

/**
 * In CI all as a user runs them; else the others are compiled once for all: loading takes most of the time of an example. What is loaded from a
 * file of its own cannot be joined with the rest: libSQL's native part, and the server that outlives durable.ts.
 */
const byTsx = isFull ? files : ["durable.ts", "durableService.ts", "telemetry.ts"]
const compiled = join(own, "compiled")

const run = (file: string): Effect.Effect<Run> =>
  Effect.async((resume, signal) => {
    execFile(
      process.execPath,
      byTsx.includes(file)
        ? ["--import", "tsx", `examples/${file}`]
        : [join(compiled, file.replace(/\.ts$/, ".mjs"))],
      { cwd: root, env: environment, signal, timeout: limit },
      (error, stdout, stderr) =>
        resume(
          Effect.succeed({ code: error === null ? 0 : error.code ?? error.signal, stdout, stderr })
        )
    )
  })

/** The first of the lines that does not follow those before it. */
const missing = (output: string, lines: ReadonlyArray<string | RegExp>) => {
  const rest = output.split("\n")
  return lines.find((line) => {
    const at = rest.findIndex((found) =>
      typeof line === "string" ? found === line : line.test(found)
    )
    rest.splice(0, at + 1)
    return at === -1
  })
}

// Most of the time they wait.
const atATime = Effect.unsafeMakeSemaphore(4)

it("has a row for each example", () => {
  assert.deepStrictEqual([...files].sort(), Object.keys(printed).sort())
})

describe.each(files)("examples/%s", (file) => {
  const text = readFileSync(new URL(`examples/${file}`, root), "utf8")

  it("is short, says how to run it, and imports the package by name", () => {
    assert.isBelow(text.split("\n").length - 1, 60)
    assert.match(text, /^\/\*\*\n/)
    assert.include(text, file === "main.ts" ? "npm start" : `npx tsx examples/${file}`)
    assert.match(text, / from "effect-lro\//)
    assert.notInclude(text, "../src")
  })
})

describe.concurrent("run", () => {
  beforeAll(() =>
    build({
      entryPoints: files.filter((file) => !byTsx.includes(file)).map((file) => `examples/${file}`),
      absWorkingDir: fileURLToPath(root),
      outdir: compiled,
      outExtension: { ".js": ".mjs" },
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      banner: {
        js:
          "import { createRequire } from \"node:module\"; const require = createRequire(import.meta.url);"
      }
    })
  )
  afterAll(() => rmSync(own, { recursive: true }))

  for (const file of files) {
    it.live(`examples/${file}`, () =>
      Effect.gen(function*() {
        const { code, stderr, stdout } = yield* run(file)
        assert.strictEqual(code, 0, stdout + stderr)
        assert.strictEqual(stderr, "")
        assert.isUndefined(missing(stdout, printed[file] ?? []), stdout)
        assert.isNotEmpty(printed[file] ?? [])
        checks[file]?.(stdout)
      }).pipe(atATime.withPermits(1)), limit * files.length)
  }
})
