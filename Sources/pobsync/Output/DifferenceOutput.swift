// Differences of specs and plans, as `apply` and `diff` print them.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension SpecDifference {
  /// One line a resource: `host/web-1 created`.
  /// - Parameter takenOver: whose the resources were that get another owner.
  func printOutcome(isDryRun: Bool, takenOver: [ResourceID: String] = [:]) {
    for change in changes {
      let colour: Terminal.Colour =
        switch change.kind {
        case .created: .green
        case .configured: .yellow
        case .deleted: .red
        case .unchanged: .dim
        }
      let owner = takenOver[change.id].map { ", taken over from \($0)" } ?? ""
      Terminal.printLine(
        "\(change.id) \(Terminal.paint(change.kind.rawValue, colour))\(owner)\(isDryRun ? " (dry run)" : "")")
    }
  }

  /// Field by field what would change.
  func printFields() {
    for change in changes.filter({ $0.kind != .unchanged }).map(\.masked) {
      let (mark, colour): (String, Terminal.Colour) =
        switch change.kind {
        case .created: ("+", .green)
        case .deleted: ("-", .red)
        case .configured, .unchanged: ("~", .yellow)
        }
      Terminal.printLine(Terminal.paint("\(mark) \(change.id)", colour))
      for field in change.fields { Terminal.printLine("    \(field.shown)") }
    }
  }
}

extension Plan {
  /// What the loop would do now, what waits, and why.
  /// - Parameter freed: the most that each host's prune frees, where that can be told.
  func printActions(freed: [HostName: Int64] = [:]) {
    for host in hosts {
      if let action = host.action {
        let gain = freed[host.host].map { " (frees up to \($0.shownAsSize))" } ?? ""
        Terminal.printLine(
          "  \(Terminal.paint("\(host.host): would \(action.verb)", .yellow)): \(action.reason)\(gain)")
        for decision in host.prunedSnapshots {
          Terminal.printLine("      - \(decision.snapshot.id): \(decision.reasons.joined(separator: "; "))")
        }
        if case .emptyTrash(let entries, _) = action {
          for entry in entries { Terminal.printLine("      - .trash/\(entry.fileName.printable())") }
        }
      }
      if let hold = host.hold {
        Terminal.printLine("  \(Terminal.paint("\(host.host): waits", .dim)): \(hold.message)")
      }
    }
  }
}
