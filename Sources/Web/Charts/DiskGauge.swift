// How full the disk is, how much of it is to stay free, and when it will be full.

import Spec

enum DiskGauge {
  /// - Parameter reserve: what is to stay free (`min_free`).
  /// - Parameter forecast: in words: "full in about 40 days".
  static func svg(used: Int64, total: Int64, reserve: Int64?, forecast: String?) -> String {
    guard total > 0 else { return SVG.empty(width, height, label: name, style: "narrow", "size not known") }
    let used = min(max(used, 0), total)
    let reserve = min(max(reserve ?? 0, 0), total)
    let free = total - used
    let share = Double(used) / Double(total)
    let state = free < reserve || share >= 0.97 ? "failed" : share >= 0.85 ? "warning" : "running"
    let filled = max(Double(width) * share, used > 0 ? 4 : 0)
    let kept = Double(width) * Double(reserve) / Double(total)
    let amount = "\(used.shownAsSize) of \(total.shownAsSize) used"
    let rest = "\(free.shownAsSize) free" + (forecast.map { ", \($0)" } ?? "")
    let floor = "\(reserve.shownAsSize) to stay free"
    var content = SVG.text(amount, x: 0, y: 12, style: "strong")
    content += SVG.text(Shown.percent(share), x: Double(width), y: 12, anchor: "end", style: "strong")
    content += #"<rect class="track" y="21" width="\#(width)" height="14" rx="4"/>"#
    content += #"<rect class="\#(state)" y="21" width="\#(SVG.number(filled))" height="14" rx="4" fill="currentColor">"#
    content += SVG.title(amount) + "</rect>"
    if reserve > 0 {
      let x = SVG.number(Double(width) - kept)
      content +=
        #"<path class="failed" stroke="currentColor" stroke-width="2" d="M\#(x) 18v20"><title>\#(floor)</title></path>"#
    }
    content += SVG.text(rest, x: 0, y: 54)
    if reserve > 0 { content += SVG.text(floor, x: 0, y: 71) }
    let words = [amount, rest, reserve > 0 ? floor : nil].compactMap(\.self).joined(separator: "; ")
    return SVG.plot(width, height, label: "\(name): \(words)", style: "narrow", content)
  }

  private static let (width, height) = (320, 76)
  private static let name = "Disk"
}
