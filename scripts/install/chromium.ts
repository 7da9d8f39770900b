/** Debian's Chromium, which checks in a browser use. */
import { spawnSync } from "node:child_process"

const find = (): string =>
  spawnSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).stdout.trim()

/** Its path; it is installed where it is missing and this may be. */
export const chromiumBinary = (): string => {
  if (find() === "") {
    const options = "-y --no-install-recommends -o DPkg::Lock::Timeout=300"
    spawnSync("sh", [
      "-c",
      `apt-get update && apt-get install ${options} chromium fonts-liberation`
    ], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" }
    })
  }
  const found = find()
  if (found === "") throw new Error("there is no chromium, and it cannot be installed here")
  return found
}
