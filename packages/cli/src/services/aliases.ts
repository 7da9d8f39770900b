/** Services by the names that products and gcloud have for them. */
import { near } from "../near.ts"
import { type Usage, usage } from "../usage.ts"
import { all, find, shortOf, versionsOf } from "./directory.ts"

const aliases: ReadonlyMap<string, string> = new Map([
  ["ai", "aiplatform"],
  ["airflow", "composer"],
  ["artifacts", "artifactregistry"],
  ["bigtable", "bigtableadmin"],
  ["build", "cloudbuild"],
  ["builds", "cloudbuild"],
  ["cloudrun", "run"],
  ["cloudsql", "sqladmin"],
  ["dms", "datamigration"],
  ["endpoints", "servicemanagement"],
  ["filestore", "file"],
  ["fleet", "gkehub"],
  ["functions", "cloudfunctions"],
  ["gce", "compute"],
  ["gke", "container"],
  ["gkefleet", "gkehub"],
  ["inframanager", "config"],
  ["kafka", "managedkafka"],
  ["kubernetes", "container"],
  ["resourcemanager", "cloudresourcemanager"],
  ["services", "serviceusage"],
  ["sql", "sqladmin"],
  ["transfer", "storagetransfer"],
  ["vertex", "aiplatform"],
  ["vertexai", "aiplatform"]
])

/** What a service may be called: aliases, and the names of the modules. */
export const names = (): ReadonlyArray<string> =>
  [
    ...new Set([...aliases.keys(), ...all().map(({ module }) => shortOf(module))])
  ].sort()

/** The service that an alias stands for. */
export const aliased = (word: string): string | undefined =>
  aliases.get(word.toLowerCase().replaceAll("-", ""))

const short = (word: string): string => {
  const plain = word.toLowerCase().replace(/\.googleapis\.com$/, "").replaceAll("-", "")
  return aliased(plain) ?? plain
}

/**
 * The module that a word means: `alloydb`, `alloydb/v1`, `alloydb.googleapis.com/v1`, `gke`. A bare service is its newest stable
 * version.
 */
export const moduleOf = (word: string): string | Usage => {
  const [service = "", version] = word.replace(/^effect-lro\/services\//, "").split("/")
  const versions = versionsOf(short(service))
  const [newest] = versions
  if (newest === undefined) {
    const meant = near(service.toLowerCase(), names())
    return usage(
      `no service is called ${JSON.stringify(service)}`,
      ...(meant.length === 0 ? [] : [`did you mean ${meant.join(", ")}?`]),
      "`lro search WORDS` finds services by the words of their products"
    )
  }
  if (version === undefined || version === "") return newest
  const module = `${shortOf(newest)}/${version}`
  return find(module) === undefined
    ? usage(
      `${shortOf(newest)} has no version ${JSON.stringify(version)}; it has ${versions.join(", ")}`
    )
    : module
}
