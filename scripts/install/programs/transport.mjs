// The transport is built of the undici that the project installed.
import { Effect } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"

await Effect.runPromise(Effect.scoped(NodeTransport.make()))
console.log("NodeTransport is there")
