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

  var value: YAMLValue {
    .list(
      changes.filter { $0.kind != .unchanged }.map(\.masked).map { change in
        .map([
          YAMLPair("resource", .string(change.id.description)),
          YAMLPair("change", .string(change.kind.rawValue)),
          YAMLPair(
            "fields",
            .list(
              change.fields.map {
                .map([
                  YAMLPair("path", .string($0.path)), YAMLPair("before", $0.before ?? .null),
                  YAMLPair("after", $0.after ?? .null),
                ])
              })),
        ])
      })
  }
}

extension FieldChange {
  fileprivate var shown: String {
    switch (before, after) {
    case (nil, let new?): "\(path): \(new.shown)"
    case (let old?, nil): "\(path): \(old.shown) → (not set)"
    case (let old?, let new?): "\(path): \(old.shown) → \(new.shown)"
    case (nil, nil): path
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

  /// - Parameter freed: the most that each host's prune frees, where that can be told.
  func value(freed: [HostName: Int64]) -> YAMLValue {
    .list(
      hosts.map { host in
        .map([
          YAMLPair("host", .string(host.host.description)),
          YAMLPair(
            "actions",
            .list(
              [host.action].compactMap(\.self).map { action in
                var pairs = [
                  YAMLPair("action", .string(action.kind.rawValue)), YAMLPair("reason", .string(action.reason)),
                ]
                if case .prune(let decisions, _) = action {
                  pairs.append(YAMLPair("snapshots", .list(decisions.map(\.value))))
                  pairs.append(YAMLPair("frees_up_to_bytes", freed[host.host].map(YAMLValue.int) ?? .null))
                }
                if case .emptyTrash(let entries, _) = action {
                  pairs.append(YAMLPair("trash", .list(entries.map { .string($0.fileName) })))
                }
                return .map(pairs)
              })),
          YAMLPair(
            "holds",
            .list(
              [host.hold].compactMap(\.self).map {
                .map([YAMLPair("code", .string($0.code.rawValue)), YAMLPair("message", .string($0.message))])
              })),
          YAMLPair("next_fire", host.nextFire.map { .string(Timestamp.text($0)) } ?? .null),
        ])
      })
  }
}

extension RetentionDecision {
  /// The snapshot and what retention says of it.
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("snapshot", .string(snapshot.id.description)),
      YAMLPair("reasons", .list(reasons.map(YAMLValue.string))),
    ])
  }
}
