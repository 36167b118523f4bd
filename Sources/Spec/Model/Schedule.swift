// Schedules: when a host is backed up, as declared.

/// One entry of the `schedules` section.
package struct Schedule: Resource {
  package var cron: CronExpression
  package var timeZone: TimeZoneName?
  package var jitter: TimeSpan?
  package var prune: Bool?
  package var maxAge: TimeSpan?
  package var catchUp: TimeSpan?
  package var windows: [TimeWindow]?
  package var blackouts: [TimeWindow]?
  package var suspended: Bool?
  package var suspendedReason: Remark?

  package init(cron: CronExpression) { self.cron = cron }

  package static let blank = Schedule(cron: .daily)

  package static let fields: [Field<Schedule>] = [
    Field(required: "cron", \.cron, .text, "When to back up: minute, hour, day of month, month, day of week"),
    Field("time_zone", \.timeZone, .text, "The zone in which `cron` is read (the settings' unless told)"),
    Field(
      "jitter", \.jitter, .text(.seconds(0)...(.days(1))),
      "Spread the hosts of this schedule over so long a time, each always at the same offset"),
    Field("prune", \.prune, .boolean, "Apply the host's retention policy after a good backup"),
    Field("max_age", \.maxAge, .text, "The age of the newest good snapshot from which on the host is not fresh"),
    Field(
      "catch_up", \.catchUp, .text(.minutes(5)...(.days(366))),
      "How long after its time a missed backup is still made (for ever unless told)"),
    Field("windows", \.windows, .list(of: .text), "When backups may start (at any time unless told)"),
    Field("blackouts", \.blackouts, .list(of: .text), "When no backup of this schedule starts, windows or not"),
    Field("suspended", \.suspended, .boolean, "Start nothing for the hosts of this schedule for the time being"),
    Field("suspended_reason", \.suspendedReason, .text, "Why, as it is shown wherever something waits for it"),
  ]
}
