/**
 * Two tenants of one service in one program: a tag for each, with its own credentials and quota project, both from Config. At
 * Google set ACME_PROJECT, ACME_TOKEN, GLOBEX_PROJECT, GLOBEX_TOKEN. Run: npx tsx examples/twoTenants.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import { binding } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { Config, Console, Effect, Layer, Redacted, Stream } from "effect"
import * as Environment from "./support/environment.ts"

class Acme extends Operations.Tag<Acme>()("app/Acme", binding) {}
class Globex extends Operations.Tag<Globex>()("app/Globex", binding) {}

const project = {
  acme: Config.string("ACME_PROJECT").pipe(Config.withDefault("acme-prod")),
  globex: Config.string("GLOBEX_PROJECT").pipe(Config.withDefault("globex-prod"))
}
const token = (name: string) =>
  Config.redacted(name).pipe(Config.withDefault(Redacted.make(`${name}-for-the-demo`)))

const AcmeLayer = Operations.layerConfig(Acme, { quotaProject: project.acme }).pipe(
  Layer.provide(Credentials.layerConfig({ token: token("ACME_TOKEN") }))
)
const GlobexLayer = Operations.layerConfig(Globex, { quotaProject: project.globex }).pipe(
  Layer.provide(Credentials.layerConfig({ token: token("GLOBEX_TOKEN") }))
)

const program = Effect.gen(function*() {
  const { server } = yield* Environment.Environment
  const acme = { operations: yield* Acme, name: `projects/${yield* project.acme}/locations/global` }
  const globex = { operations: yield* Globex, name: `projects/${yield* project.globex}/locations/global` }
  yield* server((it) => it.put(`${acme.name}/operations/hub-1`, Testing.neverDone()))
  yield* server((it) => it.put(`${globex.name}/operations/hub-2`, Testing.neverDone()))

  yield* Effect.forEach([acme, globex], ({ name, operations }) =>
    Stream.runForEach(operations.list({ name, filter: "done=false" }), (operation) => Console.log(operation.name)))

  yield* server((it) =>
    Effect.flatMap(it.requests, Effect.forEach(({ headers }) =>
      Console.log(`  arrived: ${headers["authorization"]}, quota of ${headers["x-goog-user-project"]}`), { discard: true })))
})

program.pipe(
  Effect.provide(Layer.merge(AcmeLayer, GlobexLayer)),
  Effect.provide(Environment.layer),
  NodeRuntime.runMain
)
