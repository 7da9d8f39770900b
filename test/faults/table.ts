/** The fault matrix as Markdown, of the same data that the tests run. */
import { type Method, methods, textOf } from "./expectations.ts"
import { type Fault, type Section, sections } from "./faults.ts"

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

const row = ({ expected, name }: Fault): string =>
  line([name, ...methods.map((method) => textOf(expected, method))])

const section = ({ faults, title }: Section): string =>
  [
    `### ${title}`,
    "",
    line(["fault", ...methods.map((method) => titles[method])]),
    line(["fault", ...methods].map(() => "---")),
    ...faults.map(row)
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
