/** Requests that are typed: their fields, what is wrong with them, and what is set. */
import { assert, describe, it } from "@effect/vitest"
import { check } from "google-lro/request/check"
import * as Fields from "google-lro/request/fields"
import * as Sets from "google-lro/request/sets"
import * as Tree from "google-lro/request/tree"
import { style } from "google-lro/terminal/style"
import { Usage } from "google-lro/usage"

const known =
  await Fields.load("alloydb/v1", "google.cloud.alloydb.v1.AlloyDBAdmin.CreateCluster") ??
    assert.fail("no catalogue")

const sql = await Fields.load("sqladmin/v1", "google.cloud.sql.v1.SqlInstancesService.Patch") ??
  assert.fail("no catalogue")

const set = (...assignments: ReadonlyArray<string>): unknown => {
  const request = Sets.apply({}, assignments, known)
  return request instanceof Usage ? request.message : request
}

describe("--set", () => {
  it("takes a value as its field says", () => {
    assert.deepStrictEqual(
      set(
        "parent=projects/p/locations/l",
        "validate_only=true",
        "cluster.labels.env=prod",
        "cluster.network_config.network=n",
        "cluster.automatedBackupPolicy.enabled=false",
        "cluster.automatedBackupPolicy.quantityBasedRetention.count=5"
      ),
      {
        parent: "projects/p/locations/l",
        validateOnly: true,
        cluster: {
          labels: { env: "prod" },
          networkConfig: { network: "n" },
          automatedBackupPolicy: { enabled: false, quantityBasedRetention: { count: 5 } }
        }
      }
    )
  })

  it("adds to a list, or sets one of its items", () => {
    const days = "cluster.automatedBackupPolicy.weeklySchedule.daysOfWeek"
    const week = (items: unknown) => ({
      cluster: { automatedBackupPolicy: { weeklySchedule: items } }
    })
    assert.deepStrictEqual(
      set(`${days}=MONDAY`, `${days}=FRIDAY`),
      week({ daysOfWeek: ["MONDAY", "FRIDAY"] })
    )
    assert.deepStrictEqual(set(`${days}=["MONDAY"]`), week({ daysOfWeek: ["MONDAY"] }))
    assert.deepStrictEqual(
      set("cluster.automatedBackupPolicy.weeklySchedule.startTimes[0].hours=3"),
      week({ startTimes: [{ hours: 3 }] })
    )
  })

  it("refuses a field of a list: nobody knows of which item", () => {
    const times = "cluster.automatedBackupPolicy.weeklySchedule.startTimes"
    assert.strictEqual(
      set(`${times}.hours=3`),
      `--set ${times}.hours: ${times} is a list: write ${times}[0].hours`
    )
    assert.match(String(set(`${times}[0].hours=3`, `${times}.hours=4`)), /is a list: write /)
  })

  it("takes the place of the same field in its other spelling", () => {
    const given = {
      cluster: { display_name: "one", network_config: { network: "n" } },
      cluster_id: "a"
    }
    assert.deepStrictEqual(
      Sets.apply(
        given,
        ["cluster.displayName=two", "cluster.networkConfig.allocatedIpRange=r", "clusterId=b"],
        known
      ),
      {
        cluster: { displayName: "two", networkConfig: { network: "n", allocatedIpRange: "r" } },
        clusterId: "b"
      }
    )
  })

  it("takes JSON for a message, and everything behind the first =", () => {
    assert.deepStrictEqual(set("cluster={\"displayName\":\"a=b\"}", "clusterId=a=b"), {
      cluster: { displayName: "a=b" },
      clusterId: "a=b"
    })
  })

  it("refuses a field that is none, with those that are near", () => {
    assert.strictEqual(
      set("cluster.dislpayName=x"),
      "--set cluster.dislpayName: no such field; did you mean displayName?"
    )
    assert.deepStrictEqual(
      String(set("cluster.dislpayName=x", "parent=p", "clusterID=c")).split("\n"),
      [
        "--set cluster.dislpayName: no such field; did you mean displayName?",
        "--set clusterID: no such field; did you mean clusterId?"
      ]
    )
    assert.match(String(set("cluster")), /is not of the form/)
    assert.match(String(set("clusterId=a", "clusterId.b=c")), /clusterId has a value already/)
    assert.match(String(set("cluster.labels.__proto__.a=b")), /is not of the form/)
  })
})

describe("the check of a request", () => {
  const problems = (request: { readonly [key: string]: unknown }) => check(known, request)

  it("finds nothing in a good one", () => {
    assert.deepStrictEqual(
      problems({
        parent: "projects/p/locations/l",
        clusterId: "c",
        cluster: {
          displayName: "c",
          labels: { a: "b" },
          network_config: { network: "n" },
          etag: null
        }
      }),
      []
    )
  })

  it("refuses one field in two spellings", () => {
    assert.deepStrictEqual(
      problems({ cluster: { displayName: "a", display_name: "b" } }),
      ["cluster.display_name is cluster.displayName in another spelling: give one of them"]
    )
  })

  it("tells of everything that is wrong, at any depth", () => {
    assert.deepStrictEqual(
      problems({
        clusterid: "c",
        cluster: {
          displayname: "c",
          createTime: "2026-01-01T00:00:00Z",
          labels: { a: 1 },
          automatedBackupPolicy: {
            enabled: "yes",
            backupWindow: "an hour",
            weeklySchedule: { daysOfWeek: ["MONDAI"] },
            quantityBasedRetention: { count: "many" },
            timeBasedRetention: { retentionPeriod: "1s" }
          }
        }
      }),
      [
        "clusterid is no field of CreateClusterRequest; did you mean clusterId?",
        "cluster.displayname is no field of Cluster; did you mean displayName?",
        "cluster.createTime is set by the server only",
        "cluster.labels.a is not a string",
        "cluster.automatedBackupPolicy.enabled is neither true nor false",
        "cluster.automatedBackupPolicy.backupWindow is no duration such as 3600s",
        "cluster.automatedBackupPolicy.weeklySchedule.daysOfWeek[0] is none of DAY_OF_WEEK_UNSPECIFIED, MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY",
        "cluster.automatedBackupPolicy.quantityBasedRetention.count is not a whole number",
        "cluster.automatedBackupPolicy.timeBasedRetention excludes cluster.automatedBackupPolicy.quantityBasedRetention: a request has one of retention"
      ]
    )
  })
})

describe("the check of a request of Cloud SQL", () => {
  const given = { project: "p", instance: "i" }
  const setSql = (...assignments: ReadonlyArray<string>) => {
    const request = Sets.apply(given, assignments, sql)
    return request instanceof Usage ? assert.fail(request.message) : request
  }

  it("takes wrapped numbers and truths for what they are", () => {
    const settings = "body.settings"
    const request = setSql(
      `${settings}.storageAutoResize=true`,
      `${settings}.dataDiskSizeGb=20`,
      `${settings}.insightsConfig.queryPlansPerMinute=5`
    )
    assert.deepStrictEqual(request, {
      ...given,
      body: {
        settings: {
          storageAutoResize: true,
          dataDiskSizeGb: "20",
          insightsConfig: { queryPlansPerMinute: 5 }
        }
      }
    })
    assert.deepStrictEqual(check(sql, request), [])
  })

  it("refuses wrapped values of another type", () => {
    const settings = "body.settings"
    assert.deepStrictEqual(
      check(
        sql,
        setSql(
          `${settings}.storageAutoResize=yes`,
          `${settings}.dataDiskSizeGb=many`,
          `${settings}.insightsConfig.queryPlansPerMinute=abc`
        )
      ),
      [
        "body.settings.storageAutoResize is neither true nor false",
        "body.settings.dataDiskSizeGb is not a whole number",
        "body.settings.insightsConfig.queryPlansPerMinute is not a whole number"
      ]
    )
  })
})

describe("the fields of a request", () => {
  const lines = (depth: number) => Tree.lines(known, known.request, depth, style(false))

  it("are shown to a depth, without what only the server sets", () => {
    const top = lines(1)
    assert.include(top[0], "* parent")
    assert.isTrue(top.every((line) => !line.includes("createTime")))
    const deep = lines(3).join("\n")
    assert.match(deep, /automatedBackupPolicy\s+AutomatedBackupPolicy/)
    assert.match(deep, /daysOfWeek|backupWindow/)
    assert.notMatch(deep, /reconciling/)
  })
})
