// The one clock: everything that needs the time is given one of these, and tests give one that they move.

package import Foundation

/// Tells the time.
package struct WallClock: Sendable {
  private let read: @Sendable () -> Date

  package init(_ read: @escaping @Sendable () -> Date) { self.read = read }

  /// The time, cut to whole microseconds: what the store keeps and what a snapshot's metadata says stay equal.
  package var now: Date { Timestamp.rounded(read()) }

  /// The machine's clock.
  package static let system = WallClock { Date() }
}
