/** What is known of the published files beside what the generator says of them. */
import { readFileSync } from "node:fs"

const page = readFileSync(new URL("../../docs/services.md", import.meta.url), "utf8")

/** The modules that no generator wrote, by the page of the services. */
export const byHand: ReadonlyArray<string> = Array.from(
  page.matchAll(/`effect-lro\/services\/(\S+)` .* \(by hand\) \|/g),
  ([, module = ""]) => module
)

/** The methods that the page says to be served over gRPC alone. */
export const withoutHttp = page.match(/: no HTTP rule, left out$/gm)?.length ?? 0

/**
 * What an extraction apart from the generator counted, of the commit that it was made of. Of a newer one there is none. The starts of Compute
 * Engine, GKE and Cloud SQL in it were counted by scripts/extendedStarts.ts.
 */
export const extraction = {
  commit: "f8291d2b89f0017ab078a4c7378069bae5686f6f",
  published: {
    services: 148,
    serviceVersions: 247,
    withRules: 221,
    bindings: 2046,
    methods: 3196,
    metadataMessages: 803
  },
  catalogue: { responses: 1147, inResponses: 8356, inRequests: 9328, inEither: 10575 }
}
