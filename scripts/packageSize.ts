/** Reports the size of the package in docs/package-size.md: `npm run build`, then `npx tsx scripts/packageSize.ts`. */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as Sizes from "../bench/transport/sizes.ts"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

interface Packed {
  readonly size: number
  readonly unpackedSize: number
  readonly entryCount: number
  readonly files: ReadonlyArray<{ readonly path: string; readonly size: number }>
}

const [packed]: ReadonlyArray<Packed> = JSON.parse(
  execFileSync("npm", ["pack", "--dry-run", "--json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "ignore"]
  })
)
if (packed === undefined) throw new Error("npm pack says nothing")
if (!packed.files.some(({ path }) => path === "dist/services/registry.js")) {
  throw new Error("build first: the package has no dist")
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`
const kb = (bytes: number): string => `${(bytes / 1e3).toFixed(1)} kB`

const sizeOf = (pattern: RegExp): number =>
  packed.files.reduce((sum, file) => pattern.test(file.path) ? sum + file.size : sum, 0)

/** The JavaScript of each service module, smallest first. */
const modules = packed.files
  .filter(({ path }) => /^dist\/services\/\w+\/v\w+\.js$/.test(path))
  .sort((a, b) => a.size - b.size)

const row = (index: number): string => {
  const file = modules[index]
  if (file === undefined) throw new Error("no service modules")
  const zipped = gzipSync(fs.readFileSync(path.join(root, file.path))).length
  return `${kb(file.size)} (${kb(zipped)} gzipped): \`${
    file.path.slice("dist/services/".length, -3)
  }\``
}

const own = await Sizes.own()
const one = await Sizes.ofOneMethod()
const published = await Sizes.ofPackage()

const report = `<!-- Written by scripts/packageSize.ts. Do not edit. -->
# Package size

As \`npm pack --dry-run --json\` reports it.

| | |
| --- | ---: |
| the package, packed | ${mb(packed.size)} |
| unpacked, ${packed.entryCount} files | ${mb(packed.unpackedSize)} |
| of that ${modules.length} service modules: JavaScript | ${
  mb(sizeOf(/^dist\/services\/.*\.js$/))
} |
| their declarations | ${mb(sizeOf(/^dist\/services\/.*\.d\.ts$/))} |
| of these the messages | ${mb(sizeOf(/^dist\/services\/.*\/messages\.(?:js|d\.ts)$/))} |
| their catalogues | ${mb(sizeOf(/^dist\/internal\/services\//))} |
| all the rest | ${mb(packed.unpackedSize - sizeOf(/^(?:dist|src)\/(?:internal\/)?services\//))} |

The sources and source maps of services are not in it: they are generated. At most 25 MB unpacked and 3 MB packed.

A program loads, and a bundle holds, the modules that it imports and no other: a test says so. The JavaScript of one, before a bundler
drops the methods that are not used:

| | |
| --- | --- |
| smallest | ${row(0)} |
| median | ${row(Math.floor(modules.length / 2))} |
| largest | ${row(modules.length - 1)} |

## The bundle of a program that gets and waits

It holds ${own.gzip} bytes of our own, minified and gzipped, when it is bundled from the sources; a test bounds them by 31,000, and by a
quarter of the whole with effect in it. [Benchmarks](benchmarks.md#bytes-by-feature) has them by feature. It held 24,455 when the bound
was set. What it gained, the largest first:

- the rules of a wait as a pure step; places for held polls; polls that are shared by all that they send; ends that nobody asked for;
- secrets found in decoded text; messages that name violations, fit 2 kB and give the remedy that fits;
- endpoints and targets in every form checked in one place;
- names and messages of another type told apart, hints at regional hosts, a get with the name in its body;
- final states and single looks, \`untilFinal\` and \`poll\`;
- of Compute Engine, GKE and Cloud SQL what every program carries: the reasons by which older APIs name their errors, which are read of all
  services (0.2 kB), and the places where a binding may say how operations are written (0.4 kB). How those three write them, what helps
  when a zone is full, and what guards a format of your own is in their modules and in \`OperationFormat\` alone. Wait and held polls went
  the same way (0.6 kB): 12 of the modules serve wait, and programs of theirs hold what sends it;
- the places where a rate and a fleet hook in, 0.15 kB; what they do is in bundles that import them alone;
- one concept a file, whose names gzip does not fold; calls that queue, and what a transport never sent.

The target is 26,500 bytes, and it is not met. 1.4 kB are lines that import effect, one for each module and name; they are not in the
package as published, nor in a bundle that holds effect. The rest is a long tail: no statement but the waiter of a wait is above
0.75 kB. What a program that gets and waits does not use is what hangs on its client all the same: lists (1.2 kB), \`watch\` and
\`cancelAndWait\` (0.4 kB), \`cancel\` and \`delete\`. It would drop out only if a program imported each method by itself.

A program that starts one method, too, holds ${one.gzip} bytes; a test bounds them by 38,500. Before methods knew their responses it was
35,091: what reads and writes messages is 2.3 kB, the messages of the example 0.6 kB.

## Bundled from the package

The hand-written JavaScript of the package is joined in few files, and its calls are marked as pure. \`npm run check:package\` bundles
programs from it and from the sources, and fails where the package gives 2 % more. Bytes of our own, minified and gzipped:

| a program that | from the sources | from the package |
| --- | ---: | ---: |
${
  published.map(({ program, published, sources }) => `| ${program} | ${sources} | ${published} |`)
    .join("\n")
}

Before the package was joined it gave what the sources give. The package of earlier revisions, each built as it was then
(\`npm run size:at -- <revision>\`):

| | gets and waits | starts one method |
| --- | ---: | ---: |
| before methods knew their responses (9f17677) | 30990 | 35330 |
| before Compute Engine, GKE and Cloud SQL (e8ca2e7) | 29881 | 36942 |
| now | ${published[0]?.published} | ${published[1]?.published} |

So responses, messages and all that came with and after them cost a program that starts a method ${
  kb((published[1]?.published ?? 0) - 35_330)
},
where 2.5 kB were allowed. The three services with operations of their own were to cost others nothing: with all that came after them, too,
neither program is a byte larger. \`npm run check:package\` fails where one is.
`

fs.writeFileSync(path.join(root, "docs/package-size.md"), report)
console.log(report)
