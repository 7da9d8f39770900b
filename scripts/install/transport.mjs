// The transport finds undici, which is the user's: with pnpm only if it is a declared peer.
import { Effect } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"

await Effect.runPromise(Effect.scoped(NodeTransport.make()))
console.log("NodeTransport is there")
