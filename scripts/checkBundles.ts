/**
 * Bundles programs from the package as published and from its sources: `npm run check:package` runs it, after `npm run build`. That
 * modules are joined in `dist` may not cost a program bytes that it does not use.
 */
import * as Sizes from "../bench/transport/sizes.ts"

const rows = await Sizes.ofPackage()
for (const { program, published, sources } of rows) {
  console.log(`${program}: ${published} bytes, gzipped; from the sources ${sources}`)
}
const larger = rows.filter(({ published, sources }) => published > sources * 1.02)
/** Before Compute Engine, GKE and Cloud SQL came, which were to cost other programs nothing: `npm run size:at -- e8ca2e7`. */
const before = [29_881, 36_942]
const grown = rows.filter(({ published }, index) => published > (before[index] ?? Infinity))
if (grown.length > 0) {
  throw new Error(`larger than ever: ${grown.map(({ program }) => program).join(", ")}`)
}
if (larger.length > 0) {
  throw new Error(
    `larger than from the sources: ${larger.map(({ program }) => program).join(", ")}`
  )
}
