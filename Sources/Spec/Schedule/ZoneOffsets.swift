// The offsets of a time zone from UTC, remembered: asking Foundation, and ICU behind it, takes as long as all the rest of
// what is done to a snapshot in a plan.

package import Foundation

/// A time zone in whole seconds.
package final class ZoneOffsets: @unchecked Sendable {
  // Sendable although it remembers, because what it remembers is reached only while the lock is held.
  private let lock = NSLock()
  private let zone: TimeZone
  /// The offset throughout a stretch of time, by the stretch's number; nil for one in which it changes.
  private var known: [Int: Int?] = [:]

  package init(of zone: TimeZone) { self.zone = zone }

  /// Times from this many seconds are asked for together. No zone changes its offset twice within so short a time.
  private static let stretch = 1 << 16
  /// Enough for a century and a half of times; whoever asks for more than that asks for them all again.
  private static let limit = 75_000

  /// How far the wall clock is ahead of UTC at some instants, all in seconds and since 1970.
  package func offsets(at instants: [Int]) -> [Int] { lock.withLock { instants.map(offset) } }

  private func offset(at instant: Int) -> Int {
    let number = floorDivide(instant, Self.stretch)
    if let remembered = known[number] { return remembered ?? ask(instant) }
    let (first, last) = (ask(number * Self.stretch), ask((number + 1) * Self.stretch - 1))
    if known.count >= Self.limit { known = [:] }
    known[number] = .some(first == last ? first : nil)
    return first == last ? first : ask(instant)
  }

  private func ask(_ instant: Int) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
  }
}
