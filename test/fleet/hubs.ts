/** The request of a hub, by its number; sent again it starts nothing (AIP-155). */
export const requestOf = (i: number) => ({
  parent: "projects/p/locations/global",
  hubId: `hub-${i}`,
  requestId: `00000000-0000-4000-8000-${String(i).padStart(12, "0")}`,
  hub: {}
})
