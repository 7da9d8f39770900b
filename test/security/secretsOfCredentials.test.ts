/**
 * Every source of credentials, failing in every way, while everything that leaves the process by another way than the wire is kept: private
 * keys, refresh tokens, client secrets, subject tokens and access tokens are nowhere in it.
 */
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Exit, Layer, Redacted, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as GoogleAuth from "effect-lro/GoogleAuth"
import * as Operations from "effect-lro/Operations"
import * as ServiceAccount from "effect-lro/ServiceAccount"
import { Bakery, http, name } from "../kit/bakery.ts"
import {
  asTimePasses,
  eventually,
  type Mode,
  setup,
  type Source,
  sources
} from "../kit/credentialSources.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import {
  authorizedUser,
  canaries,
  external,
  request,
  serviceAccount
} from "../kit/googleFixtures.ts"
import * as Witness from "../matrix/witness.ts"

/** Of the key as it stands in the file, and of what is left of it when line breaks are lost. */
const keyLines = serviceAccount.private_key.split("\n").filter((line) => line.length > 40)
const secrets = [...canaries, "token-", ...keyLines]

const silent = (texts: ReadonlyArray<string>) => {
  assert.isNotEmpty(texts)
  assert.deepStrictEqual(Witness.leaksOf(secrets, texts), [])
}

/** A server that refuses every token, and quotes those that are as long as tokens are. */
const quoting: FakeHttp.Handler = ({ headers }) => {
  const { authorization = "" } = headers
  return FakeHttp.failure(401, "UNAUTHENTICATED", {
    message: `${authorization.length > 100 ? authorization : "it"} is no good`
  })
}

const client = (credentials: Credentials.Service) =>
  Operations.layer(Bakery, { retry: "none", polling: { maxOutage: 1 } }).pipe(
    Layer.provideMerge(
      http(quoting, { credentials: Layer.succeed(Credentials.Credentials, credentials) })
    )
  )

/** A get and a wait with these credentials under the eyes of a witness. */
const witnessed = (credentials: Credentials.Service) =>
  Effect.gen(function*() {
    const witness = Witness.make()
    const bakery = yield* Bakery
    for (
      const call of [
        Effect.asVoid(bakery.get({ name })),
        Effect.asVoid(bakery.untilDone(name, { maxOutage: 0 }))
      ]
    ) {
      const exit = yield* Effect.exit(witness.watch(call))
      assert.isTrue(Exit.isFailure(exit))
      if (Exit.isFailure(exit)) witness.note(Witness.shownFailure(exit.cause))
    }
    witness.note(Witness.shown(credentials))
    assert.isAbove(witness.spans(), 2)
    return witness.texts
  }).pipe(Effect.provide(client(credentials)))

/** The package tries again for seconds what may pass: not for each kind of configuration. */
const patient =
  /^(MetadataServer|makeTokenEffect)$|, (service_account|external_account with impersonation)$/
const modesOf = (source: Source): ReadonlyArray<Mode> =>
  patient.test(source.name)
    ? ["up", "refuse", "page", "down", "reset"]
    : ["up", "refuse", "page"]

describe("[12] no secret is shown", () => {
  it("where there is one, it is found", () => {
    const shown = Witness.shown({ key: serviceAccount, user: authorizedUser })
    for (const secret of ["canary-refresh", "canary-client-secret", ...keyLines]) {
      assert.isNotEmpty(Witness.leaksOf([secret], shown), secret)
    }
  })

  describe.each(sources)("by $name", (source) => {
    it.scoped.each(modesOf(source))("when the endpoint is %s", (mode) =>
      Effect.gen(function*() {
        const { fake, service, warnings } = yield* setup(source)
        fake.mode = mode
        silent(yield* asTimePasses(witnessed(service)))
        assert.isAbove(fake.requests, 0)
        assert.deepStrictEqual(Witness.leaksOf(secrets, warnings), [])
      }))

    it.scoped("when a refresh in the background is refused", () =>
      Effect.gen(function*() {
        const { fake, service, warnings } = yield* setup(source)
        yield* asTimePasses(service.headers(request))
        fake.mode = "refuse"
        yield* TestClock.adjust(Duration.millis(fake.lifetime - 100_000))
        yield* service.headers(request)
        yield* asTimePasses(eventually(() => warnings.length > 0))
        silent(warnings)
      }))

    it.scoped("when it hangs", () =>
      Effect.gen(function*() {
        const { fake, service } = yield* setup(source)
        fake.mode = "hang"
        const witness = Witness.make()
        const exit = yield* Effect.fork(Effect.exit(witness.watch(service.headers(request)))).pipe(
          Effect.tap(() => TestClock.adjust("10 seconds")),
          Effect.flatMap((fiber) => asTimePasses(fiber.await))
        )
        witness.note(Witness.shown(exit))
        silent(witness.texts)
      }))
  })

  it.scoped("by ServiceAccount, with a good key and with broken ones", () =>
    Effect.gen(function*() {
      const good = JSON.stringify(serviceAccount)
      const service = yield* ServiceAccount.make(Redacted.make(good))
      silent(yield* witnessed(service))
      const broken = [
        good.slice(0, -40),
        JSON.stringify({
          ...serviceAccount,
          private_key: serviceAccount.private_key.slice(0, -60)
        }),
        JSON.stringify({ ...serviceAccount, private_key: [serviceAccount.private_key] }),
        JSON.stringify({ ...serviceAccount, client_email: serviceAccount.private_key }),
        JSON.stringify({ ...serviceAccount, universe_domain: serviceAccount.private_key }),
        serviceAccount.private_key
      ]
      const accepted: Array<number> = []
      for (const [index, key] of broken.entries()) {
        const witness = Witness.make()
        const exit = yield* Effect.exit(witness.watch(ServiceAccount.make(Redacted.make(key))))
        witness.note(Witness.shown(exit))
        if (Exit.isFailure(exit)) witness.note(Witness.shownFailure(exit.cause))
        else accepted.push(index)
        silent(witness.texts)
      }
      assert.deepStrictEqual(accepted, [])
    }))

  it.scopedLive("by GoogleAuth, with configurations that it refuses", () =>
    Effect.gen(function*() {
      const evil = "https://evil.test/token"
      const broken: ReadonlyArray<GoogleAuth.Options> = [
        { credentials: { ...serviceAccount, token_uri: evil } },
        { credentials: { ...authorizedUser, token_uri: evil } },
        { credentials: external({}, { token_url: evil, client_secret: "canary-client-secret" }) },
        { credentials: Redacted.make(`${JSON.stringify(authorizedUser)}}`) }
      ]
      for (const options of broken) {
        const witness = Witness.make()
        const exit = yield* Effect.exit(witness.watch(GoogleAuth.make(options)))
        assert.isTrue(Exit.isFailure(exit))
        if (Exit.isFailure(exit)) witness.note(Witness.shownFailure(exit.cause))
        silent(witness.texts)
      }
    }))
})
