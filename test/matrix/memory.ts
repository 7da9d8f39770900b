/** How much memory a client takes that is sent more than its limit: in a process of its own, which holds nothing of the server. */
import { Effect } from "effect"
import { execFile } from "node:child_process"
import * as FaultServer from "./FaultServer.ts"
import * as Replies from "./replies.ts"
import type { Transport } from "./transports.ts"

const MiB = 1024 * 1024

/** The limit of the client, in bytes. */
export const limit = 16 * MiB

/** What the client may take on top of what it had: buffers of the transport, and garbage that is not collected yet. */
export const bound = 6 * limit

/** What a client without a limit is sent once, so that what is measured is seen to move. */
export const control = 192 * MiB

/** Bodies, and what a client ends with that reads no more than its limit of them. */
export const bodies = {
  declared: Replies.hugeBody,
  chunked: Replies.chunkedBody(512 * MiB),
  endless: Replies.endlessBody,
  "gzip bomb": Replies.greatGzipBomb
} as const

export interface Report {
  readonly transport: Transport
  readonly calls: number
  /** How each kind of body ended. */
  readonly outcomes: Readonly<Record<keyof typeof bodies, ReadonlyArray<string>>>
  /** How far the resident set, or what objects and buffers use, rose above that of before the calls at most, in bytes. */
  readonly growth: number
  /** The same after a body of {@link control} bytes that was read to its end. */
  readonly unlimited: number
}

export const run = (
  transport: Transport,
  { repeat }: { readonly repeat: number }
): Effect.Effect<Report> =>
  Effect.gen(function*() {
    const server = yield* FaultServer.make
    for (const [id, reply] of Object.entries(bodies)) server.serve(id.replace(" ", "-"), reply)
    server.serve("honest", Replies.json(Replies.honest))
    server.serve("control", Replies.chunkedBody(control))
    const said = yield* Effect.async<string>((resume) => {
      execFile(
        process.execPath,
        [
          "--expose-gc",
          "--import",
          "tsx",
          new URL("./memoryClient.ts", import.meta.url).pathname,
          transport,
          server.url,
          String(repeat),
          String(limit)
        ],
        (error, stdout, stderr) =>
          resume(
            error === null
              ? Effect.succeed(stdout)
              : Effect.dieMessage(`the client of ${transport} failed: ${stderr}`)
          )
      )
    })
    return { transport, calls: repeat * Object.keys(bodies).length, ...JSON.parse(said) } as Report
  }).pipe(Effect.scoped)
