// When the disk is said to be full: from what was added and what was given back, rather too early than too late.

import Foundation
import Store
import Testing

@testable import Reconciler

struct SpaceForecastTests {
  private static let now = "2026-05-31 12:00"
  /// The number of 2026-05-31.
  private static let today = 20_604

  /// A day so many days ago.
  private func day(_ ago: Int, new: Int64, free: Int64? = nil) -> SpaceDay {
    SpaceDay(day: Self.today - ago, newBytes: new, leastAvailable: free)
  }

  private func forecast(_ days: [SpaceDay], available: Int64, reserve: Int64 = 0) throws -> SpaceForecast? {
    SpaceForecast(days, available: available, reserve: reserve, now: try time(Self.now))
  }

  /// In days from now.
  private func left(_ forecast: SpaceForecast?) throws -> Double? {
    let now = try time(Self.now)
    return forecast?.fullAt.map { $0.timeIntervalSince(now) / 86_400 }
  }

  @Test func `less than a week tells nothing`() throws {
    #expect(try forecast([], available: 1000) == nil)
    #expect(try forecast((0...6).map { day($0, new: 10) }, available: 1000) == nil)
    #expect(try forecast((0...7).map { day($0, new: 10) }, available: 1000) != nil)
    // One backup long ago does not make a month of one this week.
    #expect(try forecast([day(40, new: 10), day(3, new: 10)], available: 1000) == nil)
  }

  @Test func `where nothing tells what was free, nothing counts as given back`() throws {
    let found = try #require(try forecast((0...10).map { day($0, new: 10) }, available: 1000))
    #expect(found.days == 10)
    #expect(found.addedPerDay == 10)
    #expect(found.freedPerDay == 0)
    #expect(found.lostPerDay == 10)
    #expect(try left(found) == 100)
  }

  @Test func `what the disk has not lost was given back`() throws {
    // Ten a day are added, and the disk has lost four a day.
    let days = (0...20).map { day($0, new: 10, free: 1000 + Int64($0) * 4) }
    let found = try #require(try forecast(days, available: 1000))
    #expect(found.addedPerDay == 10)
    #expect(found.freedPerDay == 6)
    #expect(found.lostPerDay == 4)
    #expect(try left(found) == 250)
  }

  @Test func `the week in which the disk fills faster counts`() throws {
    // Nothing in the first days, ten a day in the last week.
    let days = (0...28).map { day($0, new: 10, free: 1000 + Int64(min($0, 7)) * 10) }
    let found = try #require(try forecast(days, available: 1000))
    #expect(found.lostPerDay == 10)
    // And the other way round: fast before, and slow of late.
    let slower = (0...28).map { day($0, new: 10, free: 1000 + Int64(max(0, $0 - 7)) * 12) }
    let later = try #require(try forecast(slower, available: 1000))
    #expect(later.lostPerDay == 9)
  }

  @Test func `the reserve is not there to be filled`() throws {
    let days = (0...10).map { day($0, new: 10) }
    #expect(try left(try forecast(days, available: 1000, reserve: 400)) == 60)
    #expect(try left(try forecast(days, available: 300, reserve: 400)) == 0)
  }

  @Test func `a disk that does not fill is never full`() throws {
    let days = (0...10).map { day($0, new: 10, free: 1000 - Int64($0) * 10) }
    let found = try #require(try forecast(days, available: 1000))
    #expect(found.lostPerDay == 0)
    #expect(found.freedPerDay == 10)
    #expect(found.fullAt == nil)
    let slow = (0...10).map { day($0, new: 1) }
    #expect(try forecast(slow, available: 1_000_000)?.fullAt == nil, "not within ten years")
  }

  @Test func `figures that somebody has made up do no harm`() throws {
    let days = (0...10).map { day($0, new: .max, free: .max) }
    let found = try #require(try forecast(days, available: 0))
    #expect(found.lostPerDay > 0)
    #expect(try left(found) == 0)
  }
}
