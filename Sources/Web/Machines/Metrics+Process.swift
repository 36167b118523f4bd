// Metrics of this process: its control loop, if it has one, and the requests that it answers.

import Reconciler

extension Metrics {
  var processFamilies: [MetricFamily] { tickFamilies + httpFamilies }

  private var tickFamilies: [MetricFamily] {
    guard let ticks else { return [] }
    var rounds = MetricFamily("pobsync_reconcile_rounds_total", .counter, "Rounds of the control loop, by outcome.")
    rounds.add(ticks.rounds - ticks.failed, MetricLabel("outcome", "done"))
    rounds.add(ticks.failed, MetricLabel("outcome", "failed"))
    var durations = MetricFamily(
      "pobsync_reconcile_duration_seconds", .histogram, "How long rounds took in which something was planned.")
    durations.add(MetricHistogram(ticks.durations))
    var leading = MetricFamily("pobsync_reconcile_leading", .gauge, "Whether the controller of this process leads.")
    leading.add(ticks.isLeading)
    return [
      rounds, durations,
      MetricFamily(
        "pobsync_reconcile_planned_hosts_total", .counter, "Hosts that were planned for.", value: ticks.plannedHosts),
      MetricFamily(
        "pobsync_reconcile_queued_runs_total", .counter, "Runs that were queued by plans.", value: ticks.queuedRuns),
      leading,
    ]
  }

  private var httpFamilies: [MetricFamily] {
    var requests = MetricFamily(
      "pobsync_http_requests_total", .counter, "Requests that were answered, by route, method and class of status.")
    var durations = MetricFamily(
      "pobsync_http_request_duration_seconds", .histogram, "How long it took until an answer began.")
    for (request, kinds) in Dictionary(grouping: traffic.keys, by: HTTPLabels.init).sorted(by: { $0.key < $1.key }) {
      let (route, method) = (MetricLabel("route", request.route), MetricLabel("method", request.method))
      var (answers, seconds): (Int, Double) = (0, 0)
      var cumulative = Array(repeating: 0, count: Traffic.bounds.count)
      var classes: [Int: Int] = [:]
      for kind in kinds {
        guard let count = traffic[kind] else { continue }
        answers += count.answers
        seconds += count.seconds
        classes[kind.status / 100, default: 0] += count.answers
        for (index, number) in count.within.enumerated() { cumulative[index] += number }
      }
      for (digit, number) in classes.sorted(by: { $0.key < $1.key }) {
        requests.add(number, route, method, MetricLabel("status", "\(digit)xx"))
      }
      durations.add(
        MetricHistogram(bounds: Traffic.bounds, cumulative: cumulative, count: answers, sum: seconds), route, method)
    }
    let readers = MetricFamily(
      "pobsync_stream_readers", .gauge, "Readers of the stream of changes.", value: streamReaders)
    return [requests, durations, readers]
  }
}

/// What requests are told apart by: the patterns of routes, and never the paths asked for, of which anybody can make up
/// any number.
private struct HTTPLabels: Hashable, Comparable {
  let route: String
  let method: String

  init(_ kind: Traffic.Kind) {
    route = kind.route.isEmpty ? "none" : kind.route
    method = kind.method
  }

  static func < (left: HTTPLabels, right: HTTPLabels) -> Bool {
    (left.route, left.method) < (right.route, right.method)
  }
}
