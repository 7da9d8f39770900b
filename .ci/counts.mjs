// Prints `N passed, N failed, N skipped` from vitest's JSON report; fails when anything failed or nothing ran.
import { readFileSync } from "node:fs"

const report = JSON.parse(readFileSync(process.argv[2], "utf8"))
const failedFiles = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0)
const failed = report.numFailedTests + failedFiles.length
const skipped = report.numPendingTests + report.numTodoTests
console.log(`${report.numPassedTests} passed, ${failed} failed, ${skipped} skipped`)
process.exitCode = failed === 0 && report.numPassedTests > 0 && report.success ? 0 : 1
