/** Hosts of Google APIs: the service that one belongs to, and the endpoint that it stands for. */
import { shortOf, versionsOf } from "../services/directory.ts"

export interface Host {
  /** `aiplatform` */
  readonly short: string
  /** Absent where it is the service's own host. */
  readonly endpoint: string | undefined
}

/** A URL without user-info, query and fragment: those may be secrets. */
export const withoutSecrets = (text: string): string => {
  const cut = (url: string): string => url.replace(/[?#].*$/s, "")
  if (!text.includes("@")) return cut(text)
  if (!URL.canParse(text)) return cut(text.slice(text.lastIndexOf("@") + 1))
  const { host, pathname, protocol } = new URL(text)
  return `${protocol}//${host}${pathname}`
}

const candidates = (label: string): ReadonlyArray<string> => {
  const bare = label.replace(/\.mtls$/, "")
  const regional = /^([a-z0-9-]+)\.[a-z0-9-]+\.rep$/.exec(bare)?.[1]
  if (regional !== undefined) return [regional]
  const privately = /^([a-z0-9-]+)\.p$/.exec(bare)?.[1]?.split("-")
  if (privately !== undefined) {
    return privately.map((_, index) => privately.slice(0, -index).join("-")).slice(1)
  }
  // `us-central1-aiplatform`: a location before the service, each hyphen may be the one between.
  const parts = bare.split("-")
  return parts.map((_, index) => parts.slice(index).join("-"))
}

/** The service of `aiplatform.googleapis.com`, `us-central1-aiplatform.googleapis.com`, `aiplatform.mtls.googleapis.com` and the like. */
export const parse = (host: string, universe = "googleapis.com"): Host | undefined => {
  const lower = host.toLowerCase()
  const suffix = `.${universe}`
  if (!lower.endsWith(suffix)) return undefined
  const label = lower.slice(0, -suffix.length)
  const short = candidates(label).find((each) => !each.includes(".") && versionsOf(each).length > 0)
  if (short === undefined) return undefined
  return { short, endpoint: label === short ? undefined : `https://${lower}` }
}

/** What `www.googleapis.com/NAME/v1/…` has for a name. */
const legacy: ReadonlyMap<string, string> = new Map([
  ["compute", "compute"],
  ["sql", "sqladmin"]
])

/** The service of a path of the host that they all had once. */
export const ofPath = (segments: ReadonlyArray<string>): string | undefined =>
  legacy.get(segments[0] ?? "")

/** Segments of a path without what stands before the version: `compute/v1/…`, `sql/v1beta4/…`. */
export const unprefixed = (short: string, segments: ReadonlyArray<string>): ReadonlyArray<string> =>
  legacy.get(segments[0] ?? "") === short ? segments.slice(1) : segments

/** The only version of a service whose links may show another one. */
export const fixedVersion = (short: string): string | undefined =>
  ["compute", "container", "sqladmin"].includes(short)
    ? versionsOf(short).find((module) => shortOf(module) === short)
    : undefined
