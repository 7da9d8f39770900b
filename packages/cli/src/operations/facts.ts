/** What metadata of all services have in common, whatever they call it. */

type Json = { readonly [field: string]: unknown }

export interface Facts {
  /** From 0 to 100. */
  readonly percent: number | undefined
  readonly verb: string | undefined
  readonly target: string | undefined
  /** What the service says of the step that it is at. */
  readonly detail: string | undefined
  /** Milliseconds. */
  readonly startedAt: number | undefined
  readonly endedAt: number | undefined
}

const isJson = (u: unknown): u is Json => typeof u === "object" && u !== null && !Array.isArray(u)

/** The first of the fields that has a value; `a.b` is a field of a field. */
const first = (json: Json, paths: ReadonlyArray<string>): unknown => {
  for (const path of paths) {
    const value = path.split(".").reduce<unknown>(
      (value, key) => isJson(value) ? value[key] : undefined,
      json
    )
    if (value !== undefined && value !== null && value !== "") return value
  }
  return undefined
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value.replaceAll(/\s+/g, " ").trim() : undefined

const percentOf = (value: unknown): number | undefined => {
  const number = typeof value === "string" ? Number.parseFloat(value) : value
  return typeof number === "number" && Number.isFinite(number) && number >= 0 && number <= 100
    ? number
    : undefined
}

const millisOf = (value: unknown): number | undefined => {
  const millis = typeof value === "string" ? Date.parse(value) : Number.NaN
  return Number.isNaN(millis) ? undefined : millis
}

const percents = [
  "progressPercentage",
  "progressPercent",
  "percentComplete",
  "completionPercentage",
  "completionPercent",
  "progress.progressPercent",
  "progress.percentComplete",
  "genericMetadata.progressPercentage",
  "progress"
]
const verbs = ["verb", "operationType", "action", "type", "method", "genericMetadata.verb"]
const targets = [
  "target",
  "targetLink",
  "resource",
  "targetResource",
  "database",
  "instance",
  "name"
]
const details = [
  "statusMessage",
  "statusDetail",
  "detail",
  "progressMessage",
  "currentStep",
  "stage",
  "state"
]
const starts = [
  "createTime",
  "startTime",
  "insertTime",
  "genericMetadata.createTime",
  "progress.startTime"
]
const ends = ["endTime", "finishTime", "completeTime", "progress.endTime"]

const fromMetadata = (json: Json): Facts => ({
  percent: percentOf(first(json, percents)),
  verb: text(first(json, verbs)),
  target: text(first(json, targets)),
  detail: text(first(json, details)),
  startedAt: millisOf(first(json, starts)),
  endedAt: millisOf(first(json, ends))
})

const none: Facts = {
  percent: undefined,
  verb: undefined,
  target: undefined,
  detail: undefined,
  startedAt: undefined,
  endedAt: undefined
}

/** Of metadata as it was received. */
export const facts = (metadata: unknown): Facts => isJson(metadata) ? fromMetadata(metadata) : none
