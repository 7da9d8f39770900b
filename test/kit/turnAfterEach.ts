/** Hundreds of tests in a row that wait for nothing leave the event loop no turn. */
import { Effect } from "effect"
import { afterEach } from "vitest"
import { turn } from "./turn.ts"

afterEach(() => Effect.runPromise(turn))
