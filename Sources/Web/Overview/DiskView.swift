// The disk below the backup root: what is free, how fast that shrinks, and when it is over.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct DiskView: Sendable {
  /// Nil for those who may not see paths.
  let rootPath: String?
  let problem: String?
  let isMeasured: Bool
  let gaugeSVG: String
  let free: String
  let total: String
  let inodesText: String?
  let forecastText: String?
  let forecastBasis: String?

  /// - Parameter reserve: how much is to stay free.
  init(_ root: BackupRootStatus, reserve: Int64?, spaceDays: [SpaceDay], mayOperate: Bool, now: Date) {
    rootPath = mayOperate ? root.path?.description.printable() : nil
    problem = root.problem.map { mayOperate ? $0.printable(limit: 1000) : "The backup root cannot be used." }
    let space = root.space.flatMap { $0.total > 0 ? $0 : nil }
    isMeasured = space != nil
    let forecast = space.flatMap {
      SpaceForecast(spaceDays, available: $0.available, reserve: reserve ?? 0, now: now)
    }
    let words = forecast.map { Self.words($0, now: now) }
    gaugeSVG =
      space.map {
        DiskGauge.svg(used: $0.total - $0.available, total: $0.total, reserve: reserve, forecast: words)
      } ?? ""
    free = Shown.size(space?.available)
    total = Shown.size(space?.total)
    inodesText = space?.inodes.map {
      "\(Shown.count(Int(clamping: $0.available))) of \(Shown.count(Int(clamping: $0.total))) inodes are free "
        + "(\(Shown.percent($0.available, of: $0.total)))"
    }
    forecastText = words
    forecastBasis = forecast.map { forecast in
      "In the last \(Shown.plural(forecast.days, "day")) backups added \(Shown.size(forecast.addedPerDay)) a day, and "
        + "removed snapshots gave back \(Shown.size(forecast.freedPerDay)) a day."
    }
  }

  private static func words(_ forecast: SpaceForecast, now: Date) -> String {
    guard let fullAt = forecast.fullAt else {
      return forecast.lostPerDay > 0 ? "not full within ten years" : "does not fill"
    }
    let seconds = fullAt.timeIntervalSince(now)
    return seconds < 86_400 ? "full within a day" : "full in about \(Shown.span(seconds))"
  }
}

extension Template {
  /// Within a `DiskView`.
  static let overviewDisk = Template(
    name: "overview-disk",
    source: #"""
      <section class="card"><h2>Disk</h2>
        {{#.problem}}<div class="notice bad"><p>{{.}}</p></div>{{/.problem}}
        {{#isMeasured}}<figure class="chart">{{{gaugeSVG}}}</figure>
        <dl class="facts">
          <div><dt>Free</dt><dd>{{free}} <small>of {{total}}</small></dd></div>
          {{#.inodesText}}<div><dt>Files</dt><dd>{{.}}</dd></div>{{/.inodesText}}
          {{#.forecastText}}<div><dt>Forecast</dt><dd>{{.}}</dd></div>{{/.forecastText}}
          {{^.forecastText}}<div><dt>Forecast</dt><dd class="dim">after a week of backups</dd></div>{{/.forecastText}}
          {{#.rootPath}}<div><dt>Backup root</dt><dd class="mono">{{.}}</dd></div>{{/.rootPath}}
        </dl>
        {{#.forecastBasis}}<details class="fold"><summary>How this is told</summary><p>{{.}} What was given back is told by what was free when each snapshot was complete. Of the whole time and its last week, the one in which the disk filled faster counts; where nothing tells what was free, nothing counts as given back.</p></details>{{/.forecastBasis}}{{/isMeasured}}
      </section>
      """#)
}
