/** The examples in the help of every command. A test runs each line as it stands. */

export interface Example {
  readonly line: string
  readonly says: string
}

const operation = "alloydb:projects/p/locations/europe-west1/operations/o"

export const examples: { readonly [command: string]: ReadonlyArray<Example> } = {
  get: [
    { line: `lro get ${operation}`, says: "state, code and metadata" },
    {
      line:
        "lro get //alloydb.googleapis.com/projects/p/locations/europe-west1/operations/o --format json",
      says: "a full resource name, for jq"
    },
    {
      line: "lro get gke:projects/p/zones/europe-west1-b/operations/operation-1",
      says: "GKE, by the product's name"
    }
  ],
  list: [
    { line: "lro list alloydb:projects/p/locations/europe-west1 --running", says: "what runs" },
    {
      line: "lro list run:projects/p/locations/europe-west1 --failed --since 1d --format ndjson",
      says: "what failed since yesterday, an object a line"
    }
  ],
  wait: [
    {
      line: `lro wait ${operation} --timeout 30m`,
      says: "half an hour at most; 124 if it still runs then"
    },
    {
      line: `lro wait ${operation} gke:projects/p/locations/europe-west1/operations/operation-1`,
      says: "two services at once"
    },
    {
      line: "lro wait --service alloydb - --quiet < names.txt",
      says: "names from a file, no progress"
    },
    { line: "lro wait started.json", says: "what `lro start --format json` wrote" }
  ],
  watch: [
    { line: "lro watch alloydb:projects/p/locations/europe-west1", says: "until Ctrl-C" },
    {
      line: "lro watch alloydb:projects/p/locations/europe-west1 --until-idle",
      says: "until nothing runs"
    }
  ],
  cancel: [
    { line: `lro cancel ${operation}`, says: "asks first on a terminal" },
    {
      line: `lro cancel ${operation} --yes --wait`,
      says: "and says what became of it: 6 if it was cancelled"
    }
  ],
  delete: [
    { line: `lro delete ${operation} --yes`, says: "forgets the operation; it cancels nothing" }
  ],
  start: [
    {
      line:
        "lro start alloydb createBackup --set parent=projects/p/locations/europe-west1 --set backupId=b --set backup.clusterName=projects/p/locations/europe-west1/clusters/c --dry-run",
      says: "checks the request and prints it"
    },
    {
      line:
        "lro start gke createCluster --json cluster.json --set parent=projects/p/locations/europe-west1 --wait",
      says: "starts and waits"
    }
  ],
  search: [
    { line: "lro search kubernetes", says: "services by the words of their products" },
    { line: "lro search create cluster", says: "methods" }
  ],
  describe: [
    { line: "lro describe alloydb", says: "what a service serves and starts" },
    { line: "lro describe gke createCluster --depth 3", says: "the fields of a request" }
  ],
  completion: [
    { line: "lro completion bash", says: "bash: source <(lro completion bash)" },
    { line: "lro completion zsh", says: "zsh: lro completion zsh > \"${fpath[1]}/_lro\"" },
    { line: "lro completion fish", says: "fish: lro completion fish | source" }
  ]
}
