import * as Option from "effect/Option"

/** @internal */
export const nextPage = <R extends object>(
  request: R,
  page: { readonly nextPageToken: string }
): Option.Option<R> =>
  page.nextPageToken === ""
    ? Option.none()
    : Option.some({ ...request, pageToken: page.nextPageToken })
