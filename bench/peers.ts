/**
 * The polling defaults that others publish, with their own jitter. Most of them poll once more, at once; that poll is left out, in
 * their favour.
 */
import type { Poller } from "./simulation.ts"

type Jitter = (delayMillis: number, random: () => number) => number

const none: Jitter = (delay) => delay

/** Anything between no delay and the whole delay. */
const full: Jitter = (delay, random) => delay * random()

const backoff = (
  name: string,
  initialMillis: number,
  multiplier: number,
  capMillis: number,
  jitter: Jitter
): Poller => ({
  name,
  delays: (_, random) => {
    let next = initialMillis
    return () => {
      const delay = next
      next = Math.min(capMillis, delay * multiplier)
      return jitter(delay, random)
    }
  }
})

const fixed = (name: string, delayMillis: number): Poller =>
  backoff(name, delayMillis, 1, delayMillis, none)

export const peers: ReadonlyArray<Poller> = [
  // googleapis/python-api-core: DEFAULT_POLLING of future/polling.py, exponential_sleep_generator of retry/retry_base.py. Earlier
  // releases slept up to twice the delay.
  backoff("Python", 1_000, 1.5, 20_000, full),
  // googleapis/gax-nodejs: createDefaultBackoffSettings of gax.ts, startPolling_ of longRunningCalls/longrunning.ts.
  backoff("gax Node", 100, 1.3, 60_000, none),
  // The same loop with the settings that generated clients brought along.
  backoff("gax Node, generated", 500, 1.5, 20_000, none),
  // googleapis/google-cloud-go: WaitWithInterval of longrunning/longrunning.go; googleapis/gax-go: Pause of v2/call_option.go.
  backoff("Go", 1_000, 2, 60_000, full),
  // googleapis/google-cloud-rust: wait_period of src/gax/src/exponential_backoff.rs; its jitter is for retries only.
  backoff("Rust", 1_000, 2, 60_000, none),
  // googleapis/sdk-platform-java: generated stub settings; createNextAttempt and nextRandomLong of gax's ExponentialRetryAlgorithm.java,
  // jittered unless a test says otherwise (RetrySettings.java).
  backoff("Java", 5_000, 1.5, 45_000, full),
  // Azure/azure-sdk-for-js: POLL_INTERVAL_IN_MS of core-lro's constants.
  fixed("Azure", 2_000),
  // hashicorp/terraform-provider-google: the provider's PollInterval, for OperationWait of google/tpgresource/common_operation.go.
  fixed("Terraform", 10_000)
]
