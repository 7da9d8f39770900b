/** Reads the Markdown of this repository: its code blocks, tables, anchors and links. */

export interface Block {
  readonly language: string
  readonly text: string
  /** The line of the first line of the text, from 1. */
  readonly line: number
}

export interface Row {
  readonly cells: ReadonlyArray<string>
  readonly line: number
}

export interface Table {
  /** The nearest heading above. */
  readonly heading: string
  readonly header: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Row>
}

export interface Document {
  readonly blocks: ReadonlyArray<Block>
  readonly tables: ReadonlyArray<Table>
  /** What a link's fragment may name: headings, and anchors made by hand. */
  readonly anchors: ReadonlyArray<string>
  readonly links: ReadonlyArray<{ readonly target: string; readonly line: number }>
}

/** The cells of a row: split at every `|` that no backslash precedes. */
const cellsOf = (line: string): ReadonlyArray<string> =>
  line.trim().replace(/^\|/, "").replace(/(?<!\\)\|$/, "").split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"))

/** The anchor that GitHub gives a heading. */
export const anchorOf = (heading: string): string =>
  heading.toLowerCase().replace(/[^\p{L}\p{N}\s_-]/gu, "").trim().replace(/\s/g, "-")

/** The texts between backticks. */
export const codeSpans = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/`([^`]+)`/g), ([, code = ""]) => code)

export const parse = (markdown: string): Document => {
  const blocks: Array<Block> = []
  const tables: Array<{ heading: string; header: ReadonlyArray<string>; rows: Array<Row> }> = []
  const anchors: Array<string> = []
  const links: Array<{ target: string; line: number }> = []
  const lines = markdown.split("\n")
  let heading = ""
  let inTable = false

  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ""
    const fence = /^```(\w*)\s*$/.exec(line)
    if (fence !== null) {
      const start = i + 1
      do i++
      while (i < lines.length && lines[i] !== "```")
      blocks.push({
        language: fence[1] ?? "",
        text: lines.slice(start, i).join("\n"),
        line: start + 1
      })
      continue
    }
    const title = /^#+ (.*)$/.exec(line)
    if (title !== null) {
      heading = title[1] ?? ""
      anchors.push(anchorOf(heading))
    }
    for (const [, id = ""] of line.matchAll(/<a id="([^"]+)">/g)) anchors.push(id)
    const [, target] = /^\[[^\]]+\]: (\S+)/.exec(line) ?? []
    for (const [, inline] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
      links.push({ target: inline ?? "", line: i + 1 })
    }
    if (target !== undefined) links.push({ target, line: i + 1 })

    if (!line.startsWith("|")) inTable = false
    else if (inTable) tables.at(-1)?.rows.push({ cells: cellsOf(line), line: i + 1 })
    else {
      inTable = true
      tables.push({ heading, header: cellsOf(line), rows: [] })
      // The line of dashes.
      i++
    }
  }
  return { blocks, tables, anchors, links }
}
