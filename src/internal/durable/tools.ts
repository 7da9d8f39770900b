import * as Effect from "effect/Effect"
import { type AnyClient, type AnyTag, clientOf } from "./client.ts"
import type { Tools } from "./poll.ts"
import type { Schedules } from "./polling.ts"

/**
 * What a layer is made of: the tags of clients, and schedules by their names.
 *
 * @internal
 */
export type Part = AnyTag | { readonly schedules: Schedules }

/**
 * The clients of the tags, from the context of the layer.
 *
 * @internal
 */
export const toolsOf = (parts: ReadonlyArray<Part>): Effect.Effect<Tools> =>
  Effect.gen(function*() {
    const clients: { [key: string]: AnyClient } = {}
    const schedules: { [name: string]: Schedules[string] } = {}
    for (const part of parts) {
      if ("schedules" in part) Object.assign(schedules, part.schedules)
      else clients[part.key] = yield* clientOf(part)
    }
    return { clients, schedules }
  })
