/** The fault matrix as Markdown, of the same data that the tests run. */
import { Array as Arr } from "effect"
import { type Method, methods, textOf } from "./expectations.ts"
import { type Section, sections } from "./faults.ts"

const titles: Readonly<Record<Method, string>> = {
  get: "get",
  list1: "list, page 1",
  listN: "list, page n",
  cancel: "cancel",
  delete: "delete",
  start: "start",
  poll: "poll of a wait"
}

const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

/** Neighbours of one group share a row: from the first one's text to the last one's. */
const rows = (faults: Section["faults"]): ReadonlyArray<string> =>
  (Arr.isNonEmptyReadonlyArray(faults)
    ? Arr.groupWith(faults, (a, b) => a.group !== undefined && a.group === b.group)
    : []).map((group) => {
      const [first, last] = [Arr.headNonEmpty(group), Arr.lastNonEmpty(group)]
      const cells = methods.map((method) => {
        const texts = [textOf(first.expected, method), textOf(last.expected, method)]
        return Arr.dedupe(texts).join(" … ")
      })
      return line([first.group ?? first.name, ...cells])
    })

const section = ({ faults, title }: Section): string =>
  [
    `### ${title}`,
    "",
    line(["fault", ...methods.map((method) => titles[method])]),
    line(["fault", ...methods].map(() => "---")),
    ...rows(faults)
  ].join("\n")

/** The tables, one for each section. */
export const render = (): string => sections.map(section).join("\n\n")

const begin = "<!-- matrix: written by `npm run reliability -- --table` -->"
const end = "<!-- end of the matrix -->"

/** A document with its tables renewed. */
export const renew = (document: string): string => {
  const [head = "", rest = ""] = document.split(begin)
  const [, tail = ""] = rest.split(end)
  return `${head}${begin}\n\n${render()}\n\n${end}${tail}`
}
