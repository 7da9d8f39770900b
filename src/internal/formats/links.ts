/** Names in the links that services write: on whatever host, under whatever version. */
import { problem } from "../names/resourceName.ts"

/**
 * The relative name in a link, from `projects/` or `locations/` on: `undefined` where there is none that may stand in a URL. Each segment
 * is percent-decoded once.
 *
 * @internal
 */
export const nameInLink = (link: unknown): string | undefined => {
  if (typeof link !== "string") return undefined
  const segments = link.replace(/^\w[\w+.-]*:\/\/[^/]*\//, "").split("/")
  const project = segments.indexOf("projects")
  const first = project < 0 ? segments.indexOf("locations") : project
  if (first < 0) return undefined
  const name = decoded(segments.slice(first).join("/"))
  return name === undefined || problem(name) !== undefined || !segmentsAreFull(name)
    ? undefined
    : name
}

/** A slash that was encoded would make another name of it. */
const decoded = (path: string): string | undefined => {
  if (/%2f/i.test(path)) return undefined
  try {
    return decodeURIComponent(path)
  } catch {
    return undefined
  }
}

const segmentsAreFull = (name: string): boolean => name.split("/").every((part) => part !== "")

/**
 * The last segment of a link, or of a bare id.
 *
 * @internal
 */
export const lastOf = (link: string): string => link.slice(link.lastIndexOf("/") + 1)

/**
 * The project in a link or in a name.
 *
 * @internal
 */
export const projectIn = (link: unknown): string | undefined =>
  /^projects\/([^/]+)/.exec(nameInLink(link) ?? "")?.[1]

/**
 * A text that says something.
 *
 * @internal
 */
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined
