/** The program on Node, also over NodeTransport: with the undici that is installed beside it. */
import * as NodeTransport from "effect-lro/NodeTransport"
import { run } from "./conformance.ts"

run(process.argv.at(-1) ?? "", { NodeTransport: NodeTransport.layer() })
  .then((results) => console.log(JSON.stringify(results)))
