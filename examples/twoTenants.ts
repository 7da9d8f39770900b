/**
 * Two tenants of one service in one program: a tag for each, with its own credentials and quota project, both from Config. At
 * Google set GOOGLE_CLOUD_PROJECT, which only says that it is Google, and ACME_PROJECT, ACME_TOKEN, GLOBEX_PROJECT, GLOBEX_TOKEN.
 * Changes nothing. Run: npx tsx examples/twoTenants.ts
 */
import { NodeRuntime } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Redacted, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import { binding } from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import * as Environment from "./support/environment.ts"

class Acme extends Operations.Tag<Acme>()("app/Acme", binding) {}
class Globex extends Operations.Tag<Globex>()("app/Globex", binding) {}

const acmeProject = Config.withDefault(Config.string("ACME_PROJECT"), "acme-prod")
const globexProject = Config.withDefault(Config.string("GLOBEX_PROJECT"), "globex-prod")
const credentials = (name: string) => {
  const demo = Redacted.make(`demo-of-${name}`)
  return Credentials.layerConfig({ token: Config.withDefault(Config.redacted(name), demo) })
}

const TenantsLayer = Layer.merge(
  Operations.layerConfig(Acme, { quotaProject: acmeProject }).pipe(
    Layer.provide(credentials("ACME_TOKEN"))
  ),
  Operations.layerConfig(Globex, { quotaProject: globexProject }).pipe(
    Layer.provide(credentials("GLOBEX_TOKEN"))
  )
)

const program = Effect.gen(function*() {
  const { server } = yield* Environment.Environment
  const tenants = [
    { operations: yield* Acme, name: `projects/${yield* acmeProject}/locations/global` },
    { operations: yield* Globex, name: `projects/${yield* globexProject}/locations/global` }
  ]
  for (const { name, operations } of tenants) {
    yield* server((it) => it.put(`${name}/operations/a-hub`, Testing.neverDone()))
    yield* Stream.runForEach(
      operations.list({ name, filter: "done=false" }),
      (operation) => Console.log(`${operation.name} runs`)
    )
  }
  yield* server((it) =>
    Effect.flatMap(
      it.requests,
      Effect.forEach(({ headers }) =>
        Console.log(`Sent: ${headers["authorization"]}, for ${headers["x-goog-user-project"]}`)
      )
    )
  )
})

program.pipe(
  Effect.provide(Layer.provideMerge(TenantsLayer, Environment.layer)),
  NodeRuntime.runMain
)
