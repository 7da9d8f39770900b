/** `lro completion SHELL`, and what the scripts ask for while somebody types. */
import type { Command } from "commander"
import * as Effect from "effect/Effect"
import { ExitCode } from "../exitCode.ts"
import { Io } from "../io.ts"
import { moduleOf, names } from "../services/aliases.ts"
import * as Directory from "../services/directory.ts"
import { Usage, usage } from "../usage.ts"

const scripts: { readonly [shell: string]: string } = {
  bash: `_lro() {
  local IFS=$'\\n' line
  COMP_WORDBREAKS=\${COMP_WORDBREAKS//:}
  mapfile -t COMPREPLY < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *: ]] && compopt -o nospace
}
complete -o default -F _lro lro google-lro
`,
  zsh: `#compdef lro google-lro
_lro() {
  local -a found
  found=("\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -z "\${found[1]}" ]]; then
    _files
    return
  fi
  compadd -Q -S '' -- \${(M)found:#*:}
  compadd -Q -- \${found:#*:}
}
if [[ "$funcstack[1]" == _lro ]]; then _lro "$@"; else compdef _lro lro google-lro; fi
`,
  fish: `function __lro_complete
  set -l typed (commandline -ct)
  set -l words (commandline -opc) "$typed"
  set -l found ($words[1] __complete -- $words[2..] 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else if not string match -q -- '*:*' "$typed"
    __fish_complete_path "$typed"
  end
end
complete -c lro -f -a '(__lro_complete)'
complete -c google-lro -f -a '(__lro_complete)'
`
}

export const completion = (shell: string) =>
  Effect.gen(function*() {
    const { stdout } = yield* Io
    const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined
    if (script === undefined) {
      return yield* usage(
        `there is no completion for ${JSON.stringify(shell)}; there is for bash, zsh and fish`
      )
    }
    stdout.write(script)
    return ExitCode.succeeded
  })

const optionsOf = (command: Command): ReadonlyArray<string> =>
  command.options.flatMap(({ long }) => long == null ? [] : [long])

/** What may follow, the last word being typed. */
export const candidates = (
  words: ReadonlyArray<string>,
  program: Command
): ReadonlyArray<string> => {
  const typed = words.at(-1) ?? ""
  const before = words.slice(0, -1)
  const takers = new Set(
    [program, ...program.commands].flatMap((each) =>
      each.options.filter(({ required }) => required).map(({ long }) => long)
    )
  )
  const previous = before.at(-1) ?? ""
  const plain = before.filter((word, index) =>
    !word.startsWith("-") && !takers.has(before[index - 1] ?? "")
  )
  const command = program.commands.find((each) => each.name() === plain[0])
  const begins = (all: ReadonlyArray<string>) => all.filter((each) => each.startsWith(typed))
  const choices = [program, ...(command === undefined ? [] : [command])]
    .flatMap((each) => each.options).find(({ long }) => long === previous)?.argChoices
  if (choices !== undefined) return begins(choices)
  if (previous === "--service") return begins(names())
  if (takers.has(previous)) return []
  if (typed.startsWith("-")) {
    return begins([...(command === undefined ? [] : optionsOf(command)), ...optionsOf(program)])
  }
  if (command === undefined) {
    return begins(
      program.commands.map((each) => each.name()).filter((name) => !name.startsWith("_"))
    )
  }
  const name = command.name()
  if (name === "completion") return plain.length === 1 ? begins(Object.keys(scripts)) : []
  if (name === "start" || name === "describe") {
    if (plain.length === 1) return begins(names())
    const module = moduleOf(plain[1] ?? "")
    return plain.length > 2 || module instanceof Usage
      ? []
      : begins(Directory.find(module)?.methods ?? [])
  }
  return name === "search" || typed.includes(":") ? [] : begins(names().map((each) => `${each}:`))
}

export const complete = (words: ReadonlyArray<string>, program: Command) =>
  Effect.gen(function*() {
    const { stdout } = yield* Io
    stdout.write(candidates(words, program).map((each) => `${each}\n`).join(""))
    return ExitCode.succeeded
  })
