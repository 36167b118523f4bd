// Simulated fleets: weeks of trouble in virtual time, over the real planner, the real controllers and the real queue.

import Foundation
import Support
import Testing

struct FleetSimulationTests {
  /// `POBSYNC_SIMULATION_SEED` repeats one fleet, `POBSYNC_SIMULATED_FLEETS` sets how many there are.
  private static let seeds: [UInt64] = {
    let environment = ProcessInfo.processInfo.environment
    if let seed = environment["POBSYNC_SIMULATION_SEED"].flatMap(UInt64.init) { return [seed] }
    let count = environment["POBSYNC_SIMULATED_FLEETS"].flatMap(UInt64.init) ?? 200
    let first = freshSeed("simulated-fleets")
    return (0..<count).map { first &+ $0 }
  }()

  /// Fleets are simulated in so many rows at the same time.
  private static let rows = 2

  @Test(arguments: 0..<rows) func `a fleet keeps every rule and comes to rest`(row: Int) async throws {
    let begun = ContinuousClock.now
    var total = SimulationReport()
    var fleets = 0
    for seed in Self.seeds.enumerated().filter({ $0.offset % Self.rows == row }).map(\.element) {
      do {
        total += try await SimulatedFleet(seed: seed).run()
        fleets += 1
      } catch {
        Issue.record("\(error)")
      }
    }
    print("simulated: \(fleets) fleets, \(total) in \(ContinuousClock.now - begun)")
  }

  @Test(arguments: Misconduct.allCases)
  func `misconduct is noticed`(_ misconduct: Misconduct) async throws {
    for seed in 1...30 {
      do {
        _ = try await SimulatedFleet(seed: UInt64(seed), misconduct: misconduct).run()
      } catch let failure as SimulationFailure {
        print("noticed: \(misconduct), in fleet \(seed): \(failure.violation)")
        return
      }
    }
    Issue.record("a worker that \(misconduct) goes unnoticed")
  }
}
