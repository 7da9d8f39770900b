/** What the operations server of the runtimes serves: a hub does what its id says. */
import * as Network from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"

const hubs = new Map<unknown, Testing.Script>([
  [
    "fails",
    Testing.failAfter("300 millis", { code: "ABORTED", message: "another change came first" })
  ],
  ["never-ends", Testing.neverDone()]
])

export const served = {
  bindings: [Network.binding],
  methods: [Network.createHub],
  onStart: ({ request }: { readonly request: Readonly<Record<string, unknown>> }) =>
    hubs.get(request["hubId"]) ?? Testing.succeedAfter("300 millis")
}
