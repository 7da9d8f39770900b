/** One operation of a wait, as the progress shows it. */
import type { State } from "effect-lro/OperationState"
import { type Facts, facts } from "../operations/facts.ts"

export interface Row {
  readonly module: string
  readonly name: string
  /** Milliseconds: when the wait began. */
  readonly since: number
  readonly facts: Facts | undefined
  /** Whether it was seen running. */
  readonly ran: boolean
  /** Whether the wait for it has ended. */
  readonly ended: boolean
}

export const make = (module: string, name: string, since: number): Row => ({
  module,
  name,
  since,
  facts: undefined,
  ran: false,
  ended: false
})

/** The row after another state of its operation. */
export const seen = (row: Row, state: State): Row => ({
  ...row,
  facts: facts(state.operation.metadata),
  ran: row.ran || state._tag === "Running"
})

/** What a log tells of a state; a line is written when it changes. */
export const told = ({ facts, module, name }: Row, state: State): string => {
  const percent = facts?.percent === undefined ? "" : `${Math.floor(facts.percent)}%`
  return [
    state._tag.toUpperCase(),
    `${module}:${name}`,
    facts?.verb ?? "",
    percent,
    state._tag === "Running" ? facts?.detail ?? "" : ""
  ].filter((part) => part !== "").join(" ")
}
