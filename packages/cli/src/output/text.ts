/** An operation, and any JSON, as text for people. */
import type { Record } from "../operations/record.ts"
import { plain, state, type Style } from "../terminal/style.ts"

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null

const scalar = (value: unknown): string => typeof value === "string" ? plain(value) : String(value)

/** JSON as indented lines, without quotes and braces. */
export const lines = (value: unknown, indent: string): ReadonlyArray<string> => {
  if (isScalar(value)) return [`${indent}${scalar(value)}`]
  if (Array.isArray(value)) {
    return value.flatMap((item) => {
      const [first = "", ...rest] = lines(item, `${indent}  `)
      return [`${indent}- ${first.trimStart()}`, ...rest]
    })
  }
  return Object.entries(value as object).flatMap(([key, item]: [string, unknown]) =>
    isScalar(item)
      ? `${indent}${plain(key)}: ${scalar(item)}`
      : [`${indent}${plain(key)}:`].concat(lines(item, `${indent}  `))
  )
}

/** What `lro get` prints. */
export const operation = (record: Record, paint: Style): string => {
  const row = (name: string, value: string | undefined): ReadonlyArray<string> =>
    value === undefined ? [] : [`${paint.bold(name.padEnd(9))}${value}`]
  const json = (name: string, value: unknown): ReadonlyArray<string> =>
    value === undefined ? [] : [paint.bold(name), ...lines(value, "  ")]
  const { error } = record
  return [
    ...row("state", state(paint, record.state)),
    ...row("name", plain(record.name)),
    ...row("service", record.service),
    ...row("verb", record.verb && plain(record.verb)),
    ...row("target", record.target && plain(record.target)),
    ...row("progress", record.percent === undefined ? undefined : `${record.percent} %`),
    ...row("started", record.startedAt),
    ...row("ended", record.endedAt),
    ...row("code", error?.code),
    ...row("message", error && plain(error.message)),
    ...json("metadata", record.metadata),
    ...json("response", record.response)
  ].join("\n")
}
