// What a web server keeps for machines and for pages that stay open, from one request to the next.

import Engine
import Reconciler

/// One for each process: the feed of changes, and answers that are remembered for a moment.
final class Machines: Sendable {
  let streams = Places(limit: 200, ofOne: 40)
  let downloads = Places(limit: 32, ofOne: 8)
  let disk = DiskReaders()
  let changes: ChangeFeed
  let readiness: Remembered<Readiness>
  private let metrics: Remembered<Metrics>
  private let traffic: Traffic

  /// - Parameter ticks: the figures of the control loop, if it is in this process.
  init(_ environment: Reconciler.Environment, traffic: Traffic, ticks: TickFigures?) {
    self.traffic = traffic
    changes = ChangeFeed(store: environment.store, elapsed: environment.elapsed)
    readiness = Remembered(for: 1, by: environment.elapsed) { await Readiness.look(environment) }
    let reader = MetricsReader(environment, ticks: ticks)
    metrics = Remembered(for: 5, by: environment.elapsed) { try await reader.read() }
  }

  /// The metrics, of which those that cost queries are made at most once in five seconds.
  var metricsText: String {
    get async throws {
      var metrics = try await self.metrics.value
      metrics.traffic = traffic.counts
      metrics.streamReaders = streams.count
      return Exposition.text(metrics.families)
    }
  }
}
