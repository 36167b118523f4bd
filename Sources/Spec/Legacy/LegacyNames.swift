// Names for what the predecessor had no names for: policies and schedules, called by their content, so that importing
// the same files twice gives the same names.

extension ResourceName {
  /// The profile that holds the predecessor's `defaults`.
  static let legacyDefaults = ResourceName(made: "defaults")
  /// The policy that holds the predecessor's `retention_defaults`.
  static let legacyDefault = ResourceName(made: "default")

  /// A policy by its rules: `daily-14-weekly-8`.
  init(of policy: RetentionPolicy) {
    let rules = [
      ("last", policy.keepLast), ("hourly", policy.keepHourly), ("daily", policy.keepDaily),
      ("weekly", policy.keepWeekly), ("monthly", policy.keepMonthly), ("yearly", policy.keepYearly),
    ]
    let given = rules.compactMap { word, count in count.map { (word, $0) } }
    let name = given.map { "\($0)-\($1)" }.joined(separator: "-")
    let short = given.map { "\($0.prefix(1))\($1)" }.joined(separator: "-")
    self.init(made: name.count <= Self.longest ? name : short)
  }
}

/// Names for schedules.
enum LegacyScheduleNames {
  /// Different names for different schedules: `daily-0215` and the like. Two whose names differ only beyond the longest
  /// that a name may be are numbered in the order of their texts.
  static func names(of schedules: Set<Schedule>) -> [Schedule: ResourceName] {
    var names: [Schedule: ResourceName] = [:]
    var taken: Set<String> = []
    let ordered = schedules.map { (cron: $0.cron.description, suffix: suffix(of: $0), schedule: $0) }
      .sorted { ($0.cron, $0.suffix) < ($1.cron, $1.suffix) }
    for (cron, suffix, schedule) in ordered {
      let stem = stem(of: cron)
      var name = cut(stem, before: suffix)
      var number = 2
      while !taken.insert(name).inserted {
        name = cut(stem, before: "\(suffix)-\(number)")
        number += 1
      }
      names[schedule] = ResourceName(made: name)
    }
    return names
  }

  private static func cut(_ stem: String, before suffix: String) -> String {
    String(stem.prefix(ResourceName.longest - suffix.count)) + suffix
  }

  private static func suffix(of schedule: Schedule) -> String {
    (schedule.prune == true ? "-prune" : "") + (schedule.suspended == true ? "-suspended" : "")
  }

  /// `daily-0215` for a time of every day, the word of a macro, else the fields with other letters for what a name
  /// cannot have. Expressions that are written differently have different stems.
  static func stem(of cron: String) -> String {
    if cron.hasPrefix("@") { return String(cron.dropFirst()) }
    let words = cron.split(separator: " ")
    if words.count == 5, words[2...].allSatisfy({ $0 == "*" }), let minute = Int(words[0]), let hour = Int(words[1]),
      words[0] == "\(minute)", words[1] == "\(hour)"
    {
      return "daily-\(hour < 10 ? "0" : "")\(hour)\(minute < 10 ? "0" : "")\(minute)"
    }
    let letters = cron.map { letter -> String in
      switch letter {
      case " ": "_"
      case "*": "x"
      case ",": "."
      // No range has two dashes.
      case "/": "--"
      default: String(letter)
      }
    }
    return "cron-" + letters.joined()
  }
}
