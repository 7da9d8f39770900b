/** The order in which pages are read. */

interface Entry {
  readonly text: string
  readonly link: string
}

const entry = (text: string, link: string): Entry => ({ text, link })

export const guides: ReadonlyArray<Entry> = [
  entry("Install", "/guides/install"),
  entry("Create a resource and wait", "/guides/create-and-wait"),
  entry("A stored reference in a web handler", "/guides/stored-reference"),
  entry("Fleets and rates", "/docs/fleets"),
  entry("Failures across services", "/guides/list-failures"),
  entry("Ctrl-C and cancel", "/guides/interruption"),
  entry("Survive a redeploy", "/guides/redeploy"),
  entry("Durable waits", "/docs/durable"),
  entry("Beside Google's own client", "/guides/beside-google-client"),
  entry("Deadlines in CI", "/guides/deadlines-in-ci"),
  entry("Effect.retry around run", "/guides/retry"),
  entry("Which errors end a wait", "/guides/errors"),
  entry("Test with virtual time", "/guides/virtual-time"),
  entry("Your own API", "/guides/private-api"),
  entry("Regional endpoints", "/guides/regional-endpoints"),
  entry("Credentials in each environment", "/guides/credentials")
]

export const sections: ReadonlyArray<{
  readonly text: string
  readonly items: ReadonlyArray<Entry>
}> = [
  {
    text: "Coming from another client",
    items: [
      entry("Python", "/docs/migration/python"),
      entry("googleapis for Node", "/docs/migration/googleapis"),
      entry("google-gax", "/docs/migration/google-gax")
    ]
  },
  {
    text: "In full",
    items: [
      entry("Operations", "/docs/operations"),
      entry("Requests and results", "/docs/results"),
      entry("Errors", "/docs/errors"),
      entry("Polling", "/docs/polling"),
      entry("Credentials", "/docs/credentials"),
      entry("Compute Engine, GKE, Cloud SQL", "/docs/extended"),
      entry("Testing", "/docs/testing"),
      entry("Command line", "/docs/cli"),
      entry("Services", "/docs/services"),
      entry("Examples", "/examples/")
    ]
  },
  {
    text: "What holds",
    items: [
      entry("Runtimes", "/docs/runtimes"),
      entry("Reliability", "/docs/reliability"),
      entry("Rules", "/docs/rules"),
      entry("Design", "/docs/design"),
      entry("Benchmarks", "/docs/benchmarks"),
      entry("Package size", "/docs/package-size"),
      entry("Changes", "/project/changes"),
      entry("Contributing", "/project/contributing"),
      entry("Security", "/project/security")
    ]
  }
]
