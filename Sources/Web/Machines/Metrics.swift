// The metrics: what they are made from, and where they come from.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// All that the metrics tell, as of one moment.
struct Metrics: Sendable {
  var report: StatusReport
  /// Every declared host, with what is declared of when it is backed up.
  var groups: [HostGroup]
  var pauses: Pauses
  var minFree: ByteSize?
  var hosts: [HostName: HostFigures] = [:]
  var conditions: [HostName: [Condition]] = [:]
  var queue: [QueueFigure] = []
  /// How many runs have ever been queued.
  var queuedRuns: Int64 = 0
  /// How many have ended since this process began.
  var endedRuns: [RunTally.Outcome: Int] = [:]
  /// Of the control loop, if it is in this process.
  var ticks: TickFigures.Counts?
  var traffic: [Traffic.Kind: Traffic.Count] = [:]
  var streamReaders = 0

  init(report: StatusReport, records: StatusRecords) {
    self.report = report
    groups = records.groups
    pauses = records.pauses
    minFree = records.settings?.minFree
  }

  var families: [MetricFamily] { serviceFamilies + storageFamilies + runFamilies + hostFamilies + processFamilies }
}

/// Gathers metrics, with a fixed number of queries.
actor MetricsReader {
  private let environment: Reconciler.Environment
  private let ticks: TickFigures?
  private var tally: RunTally?

  /// - Parameter ticks: the figures of the control loop, if it is in this process.
  init(_ environment: Reconciler.Environment, ticks: TickFigures?) {
    self.environment = environment
    self.ticks = ticks
  }

  func read() async throws -> Metrics {
    let store = environment.store
    let (report, records) = try await environment.recordedStatus(queued: 0)
    var metrics = Metrics(report: report, records: records)
    metrics.hosts = try await store.hostFigures(at: report.at)
    metrics.conditions = try await store.conditions()
    metrics.queue = try await store.queueFigures()
    metrics.queuedRuns = try await store.newestRunID()
    var tally = self.tally ?? RunTally(next: metrics.queuedRuns + 1)
    tally.take(try await store.runMarks(from: tally.next, and: tally.unfinished))
    self.tally = tally
    metrics.endedRuns = tally.ended
    metrics.ticks = ticks?.counts
    return metrics
  }
}
