/** The fields of a message, to any depth, as lines. */
import type { Style } from "../terminal/style.ts"
import * as Fields from "./fields.ts"

type Message = NonNullable<ReturnType<typeof Fields.messageOf>>

const notes = (field: Fields.Field, isRequired: boolean): string => {
  const said = [
    ...(isRequired ? ["required"] : []),
    ...(field.behaviors.includes("IMMUTABLE") ? ["immutable"] : []),
    ...(field.oneOf === undefined ? [] : [`one of ${field.oneOf}`]),
    ...(field.reference === undefined || field.reference === "*" ? [] : [field.reference]),
    ...(field.childReference === undefined ? [] : [`parent of ${field.childReference}`])
  ]
  return said.length === 0 ? "" : `  (${said.join(", ")})`
}

/**
 * What may be set; required fields are marked, also those that are so because the URL of the call has them. `depth` levels of messages
 * are opened, and none within itself.
 */
export const lines = (
  known: Fields.Known,
  message: Message,
  depth: number,
  paint: Style,
  inUrl: ReadonlyArray<string> = [],
  indent = "  ",
  within: ReadonlyArray<string> = []
): ReadonlyArray<string> => {
  const fields = [...message.fields.values()].filter(({ behaviors }) =>
    !behaviors.includes("OUTPUT_ONLY")
  )
  const width = Math.min(32, Math.max(0, ...fields.map(({ jsonName }) => jsonName.length)))
  return fields.flatMap((field) => {
    const isRequired = field.behaviors.includes("REQUIRED") || inUrl.includes(field.jsonName)
    const name = field.jsonName.padEnd(width)
    const inner = Fields.messageOf(known.catalogue, field)
    const line = `${indent}${isRequired ? paint.bold(`* ${name}`) : `  ${name}`}  ${
      Fields.typeName(known.catalogue, field)
    }${paint.dim(notes(field, isRequired))}`
    if (inner === undefined || depth <= 1 || within.includes(inner.name)) return [line]
    const below = lines(
      known,
      inner,
      depth - 1,
      paint,
      [],
      `${indent}    `,
      within.concat(message.name)
    )
    return [line].concat(below)
  })
}
