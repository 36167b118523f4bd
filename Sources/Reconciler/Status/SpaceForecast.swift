// When the disk will be full, from what the snapshots of the last 30 days have taken. A pure function.

package import Foundation
package import Store

/// How fast the disk fills.
///
/// What backups added is the sum of the new bytes of the snapshots of the last 30 days that are still there. How much of
/// that the disk has lost is told by the space that was free when each of them was complete: the rest is what retention
/// gave back. Of the whole time and of its last week the one in which the disk filled faster counts, and where nothing tells
/// what was free, nothing counts as given back: it is rather said too early than too late.
package struct SpaceForecast: Sendable, Hashable {
  /// From how many days it is told.
  package let days: Int
  /// In bytes.
  package let addedPerDay: Int64
  package let freedPerDay: Int64
  /// What the disk loses a day; 0 if it does not fill.
  package let lostPerDay: Int64
  /// When no more than the reserve is left; nil if that is not within ten years.
  package let fullAt: Date?

  /// - Parameters:
  ///   - days: those of the last 30 on which snapshots were begun, the oldest first.
  ///   - available: what is free now.
  ///   - reserve: how much is left when no backup starts any more.
  /// - Returns: nil if the days reach back less than a week.
  package init?(_ days: [SpaceDay], available: Int64, reserve: Int64 = 0, now: Date) {
    let today = BackupDays.day(of: now)
    let recent = days.filter { $0.day > today - Self.window && $0.day <= today }.sorted { $0.day < $1.day }
    guard let first = recent.first?.day, today - first >= Self.week else { return nil }
    func added(since day: Int) -> Double {
      // Today is not over.
      recent.filter { $0.day >= day && $0.day < today }.reduce(0) { $0 + Double($1.newBytes) } / Double(today - day)
    }
    /// What the disk has lost a day since the first day from one on of which it is known what was free.
    func lost(since day: Int) -> Double? {
      let known = recent.first { $0.day >= day && $0.leastAvailable != nil }
      guard let known, let before = known.leastAvailable, today - known.day >= Self.leastMeasured else { return nil }
      return (Double(before) - Double(available)) / Double(today - known.day)
    }
    let addedPerDay = added(since: first)
    let measured = [lost(since: first), lost(since: max(first, today - Self.week))].compactMap(\.self).max()
    let lostPerDay = max(0, measured ?? addedPerDay)
    self.days = today - first
    self.addedPerDay = Int64(clamped: addedPerDay)
    self.lostPerDay = Int64(clamped: lostPerDay)
    freedPerDay = Int64(clamped: max(0, addedPerDay - lostPerDay))
    let left = Double(max(0, available - reserve))
    let daysLeft = lostPerDay >= 1 ? left / lostPerDay : .infinity
    fullAt = daysLeft <= Self.horizon ? now.addingTimeInterval(daysLeft * 86_400) : nil
  }

  /// In days.
  private static let window = 30
  private static let week = 7
  /// The fewest days over which what was free is compared.
  private static let leastMeasured = 3
  private static let horizon = 3660.0

  /// The first moment of the days that it is told from.
  package static func start(at now: Date) -> Date {
    Date(timeIntervalSince1970: Double(BackupDays.day(of: now) - window + 1) * 86_400)
  }
}

extension Int64 {
  fileprivate init(clamped number: Double) { self = Int64(exactly: number.rounded()) ?? (number > 0 ? .max : .min) }
}
