// How many runs a second workers take from the queue and give back finished, with 1, 4 and 16 of them on each database.
// It measures, and runs only where POBSYNC_MEASURE=claims asks for it: `Benchmarks/claims`.

import Foundation
import Store
import Support
import Testing

@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["POBSYNC_MEASURE"] == "claims"))
struct ClaimRateTests {
  /// Each for a host of its own, so that none waits for another.
  private static let runs = 1000

  @Test(arguments: DatabaseMaker.allCases) func `claims a second`(_ maker: DatabaseMaker) async throws {
    var one: Double?
    for workers in [1, 4, 16] {
      let rate = try await rate(of: workers, on: maker)
      let ratio = rate / (one ?? rate)
      one = one ?? rate
      print(
        String(
          format: "%@: %2d workers: %.0f claims a second (%.2f of one worker's)", maker.rawValue, workers, rate, ratio))
    }
  }

  private func rate(of workers: Int, on maker: DatabaseMaker) async throws -> Double {
    var rate = 0.0
    try await maker.withStore { store in
      for number in 0..<Self.runs { _ = try await store.queue(try request(of: "host-\(number)"), at: noon) }
      let begun = ContinuousClock.now
      let claimed = try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<workers {
          group.addTask {
            let worker = try await store.worker("worker/\(number)")
            var claimed = 0
            while let run = try await store.claimNext(of: [.backup], by: worker) {
              _ = try await store.finishRun(run, RunResult(state: .succeeded), by: worker, at: later(1))
              claimed += 1
            }
            return claimed
          }
        }
        return try await group.reduce(0, +)
      }
      let seconds = (ContinuousClock.now - begun) / .seconds(1)
      #expect(claimed == Self.runs)
      rate = Double(claimed) / seconds
    }
    return rate
  }
}
