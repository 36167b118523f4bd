// Retention policies: how many snapshots of which age to keep, as declared. What they mean is decided by the planner.

/// One entry of the `retention` section. A rule that is not given keeps nothing by itself.
package struct RetentionPolicy: Resource {
  package var keepLast: Int?
  package var keepHourly: Int?
  package var keepDaily: Int?
  package var keepWeekly: Int?
  package var keepMonthly: Int?
  package var keepYearly: Int?
  package var keepWithin: TimeSpan?
  package var keepOldest: Int?
  package var minKeep: Int?
  package var timeZone: TimeZoneName?
  package var maxDelete: Int?
  package var maxDeleteRatio: Share?

  package init() {}

  package static let blank = RetentionPolicy()

  private static let counts = 0...100_000

  package static let fields: [Field<RetentionPolicy>] = [
    Field("keep_last", \.keepLast, .integer(counts), "Keep this many of the newest snapshots"),
    Field("keep_hourly", \.keepHourly, .integer(counts), "Keep the newest snapshot of each of this many hours"),
    Field("keep_daily", \.keepDaily, .integer(counts), "Keep the newest snapshot of each of this many days"),
    Field("keep_weekly", \.keepWeekly, .integer(counts), "Keep the newest snapshot of each of this many ISO weeks"),
    Field("keep_monthly", \.keepMonthly, .integer(counts), "Keep the newest snapshot of each of this many months"),
    Field("keep_yearly", \.keepYearly, .integer(counts), "Keep the newest snapshot of each of this many years"),
    Field("keep_within", \.keepWithin, .text, "Keep every snapshot made within this time before the newest good one"),
    Field("keep_oldest", \.keepOldest, .integer(counts), "Keep this many of the oldest snapshots"),
    Field("min_keep", \.minKeep, .integer(1...100_000), "Never go below this many good snapshots (1 unless told)"),
    Field(
      "time_zone", \.timeZone, .text,
      "The zone in which days, weeks, months and years are told apart (the settings' unless told)"),
    Field(
      "max_delete", \.maxDelete, .integer(counts),
      "A prune of more snapshots than this waits for a person; with 0 every prune does"),
    Field(
      "max_delete_ratio", \.maxDeleteRatio, .share,
      "A prune of more than this share of a host's snapshots waits for a person"),
  ]

  func inconsistencies() -> [InvalidText] {
    let counts = [keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly, keepOldest]
    let keepsSomething = counts.contains { ($0 ?? 0) > 0 } || (keepWithin?.seconds ?? 0) > 0
    guard keepsSomething else {
      return [InvalidText("keeps nothing", hint: "set at least one of keep_last, keep_daily, keep_within … above 0")]
    }
    return []
  }
}
