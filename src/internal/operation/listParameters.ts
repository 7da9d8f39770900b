/**
 * What list takes besides a name in the path, and what it is called in the query, where no format says otherwise.
 *
 * @internal
 */
export const usual = {
  filter: "filter",
  pageSize: "pageSize",
  pageToken: "pageToken",
  returnPartialSuccess: "returnPartialSuccess"
}
