/** What a terminal shows after the escapes that the command line writes: rows of cells. Any other escape is an error. */

export interface Cell {
  readonly text: string
  readonly bold: boolean
  readonly dim: boolean
  /** As in its escape; 39 is the terminal's own. */
  readonly colour: number
}

const blank: Cell = { text: " ", bold: false, dim: false, colour: 39 }

export class Screen {
  readonly #columns: number
  readonly #rows: Array<Array<Cell>> = [[]]
  #row = 0
  #column = 0
  #style: Cell = blank

  constructor(columns: number) {
    this.#columns = columns
  }

  /** Without the empty ones at the end. */
  get rows(): ReadonlyArray<ReadonlyArray<Cell>> {
    const written = this.#rows.map((row) => row.some(({ text }) => text !== " "))
    return this.#rows.slice(0, written.lastIndexOf(true) + 1)
  }

  write(data: string): void {
    // oxlint-disable-next-line no-control-regex
    for (const [all, parameters, letter] of data.matchAll(/\u001b\[([0-9;?]*)([A-Za-z])|[^]/gu)) {
      if (letter !== undefined) this.#escape(parameters ?? "", letter)
      else if (all === "\r") this.#column = 0
      else if (all === "\n") this.#to(this.#row + 1)
      else this.#put(all)
    }
  }

  #to(row: number): void {
    this.#row = Math.max(0, row)
    while (this.#rows.length <= this.#row) this.#rows.push([])
  }

  #put(text: string): void {
    if (this.#column === this.#columns) {
      this.#column = 0
      this.#to(this.#row + 1)
    }
    const row = this.#rows[this.#row] ?? []
    while (row.length < this.#column) row.push(blank)
    row[this.#column++] = { ...this.#style, text }
  }

  #escape(parameters: string, letter: string): void {
    const row = this.#rows[this.#row] ?? []
    switch (letter) {
      case "A":
        return this.#to(this.#row - Number(parameters || 1))
      case "B":
        return this.#to(this.#row + Number(parameters || 1))
      case "K":
        row.length = Math.min(row.length, this.#column)
        return
      case "J":
        row.length = Math.min(row.length, this.#column)
        this.#rows.length = this.#row + 1
        return
      case "m":
        for (const code of parameters.split(";").map(Number)) this.#paint(code)
        return
      case "h":
      case "l":
        return
      default:
        throw new Error(`an escape that nobody told of: ${parameters}${letter}`)
    }
  }

  #paint(code: number): void {
    const style = this.#style
    if (code === 0) this.#style = blank
    else if (code === 1) this.#style = { ...style, bold: true }
    else if (code === 2) this.#style = { ...style, dim: true }
    else if (code === 22) this.#style = { ...style, bold: false, dim: false }
    else this.#style = { ...style, colour: code }
  }
}
