/** Says why NodeTransport is refused, where it has to be. */
import { Effect } from "effect"
import * as NodeTransport from "effect-lro/NodeTransport"

Effect.runPromise(Effect.scoped(Effect.flip(NodeTransport.make())))
  .then(({ message }) => console.log(message), (error) => console.log(`not refused: ${error}`))
