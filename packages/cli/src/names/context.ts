/** What names are read with: the service that the options say, and the universe that the environment says. */
import * as Effect from "effect/Effect"
import { Globals } from "../globals.ts"
import { Io } from "../io.ts"
import type { Context } from "./address.ts"

export const contextOf = (kind: Context["kind"]): Effect.Effect<Context, never, Globals | Io> =>
  Effect.gen(function*() {
    const { service } = yield* Globals
    const { env } = yield* Io
    return { kind, service, universe: env["GOOGLE_CLOUD_UNIVERSE_DOMAIN"] || undefined }
  })
