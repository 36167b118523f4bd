// Differences of specs, and plans, as people are shown them: made from the values that programs get, so that those of
// another pobsync look like one's own.

import Engine
import Foundation
import Reconciler
import Spec
import Store

enum DifferenceText {
  /// One line a host that gets another name.
  static func printMoves(_ moves: [YAMLValue], isDryRun: Bool = false) {
    for move in moves {
      Terminal.printLine("\(shown(move)) \(Terminal.paint("renamed", .yellow))\(isDryRun ? " (dry run)" : "")")
    }
  }

  /// `host/web1 → host/web-1`
  private static func shown(_ move: YAMLValue) -> String { "host/\(move.word("from")) → host/\(move.word("to"))" }

  /// Field by field what would change.
  static func printChanges(_ changes: [YAMLValue]) {
    for change in changes {
      let (mark, colour): (String, Terminal.Colour) =
        switch change["change"]?.text {
        case "created": ("+", .green)
        case "deleted": ("-", .red)
        default: ("~", .yellow)
        }
      Terminal.printLine(Terminal.paint("\(mark) \(change.word("resource"))", colour))
      for field in change.entries("fields") {
        let change = FieldChange(path: field.word("path"), before: field.known("before"), after: field.known("after"))
        Terminal.printLine("    \(change.shown)")
      }
    }
  }

  /// What becomes of the snapshots of hosts that go, and what looks like a rename.
  static func printNotes(of report: YAMLValue) {
    for removal in report.entries("removed_hosts") {
      Terminal.printLine("  host/\(removal.word("host")): \(removal.word("words"))")
    }
    for move in report.entries("likely_moves") {
      Terminal.printLine(
        Terminal.paint("  \(shown(move)) looks like a rename", .yellow)
          + ": declare `moved: [{from: \(move.word("from")), to: \(move.word("to"))}]`, or \(move.word("to")) begins "
          + "without any snapshot")
    }
  }

  /// Who gets resources that were another's, and what `apply` would refuse.
  static func printObjections(of report: YAMLValue) {
    for taken in report.entries("taken_over") {
      Terminal.printLine(
        "\(Terminal.paint("~ \(taken.word("resource"))", .yellow)) is taken over from \(taken.word("from"))")
    }
    for restored in report.entries("restored") {
      let deletion = FieldEdit(reading: restored, as: "deleted").map { " \($0)" } ?? ""
      Terminal.printLine(
        "\(Terminal.paint("≠ \(restored.word("resource"))", .yellow)) was deleted\(deletion), and comes back")
    }
    let conflicts = report.entries("conflicts")
    for conflict in conflicts {
      let fields = conflict.entries("fields")
      let isAnothers = fields.allSatisfy { FieldEdit(reading: $0) == nil }
      let owner = isAnothers ? ", which belongs to \(conflict.word("owner"))" : ""
      Terminal.printLine(Terminal.paint("! conflict: \(conflict.word("resource"))\(owner)", .red))
      for field in fields { Terminal.printLine("    \(field.word("words"))") }
    }
    if !conflicts.isEmpty {
      Terminal.printLine("  apply refuses this, unless it is declared as it is, or --take-over is given")
    }
    if let complaint = report.known("complaint") {
      Terminal.printLine(
        "\(Terminal.paint("! apply refuses this", .red)): \(complaint.word("message")); \(complaint.word("remedy"))")
    }
  }

  /// What others have edited, one line a field.
  static func printDrift(_ drift: [YAMLValue]) {
    for resource in drift {
      Terminal.printLine(
        Terminal.paint("≠ \(resource.word("resource")), declared by \(resource.word("owner"))", .yellow))
      for field in resource.entries("fields") {
        let (declared, current) = (field.known("declared"), field.known("current"))
        let edit = FieldEdit(reading: field).map { " \($0)" } ?? ""
        Terminal.printLine(
          "    drift: \(field.word("path")) \(declared?.shown ?? "(not set)") → \(current?.shown ?? "(not set)")\(edit)"
        )
      }
    }
  }

  /// What the loop would do now, what waits, and why.
  static func printActions(_ plan: [YAMLValue]) {
    for host in plan {
      let name = host.word("host")
      for action in host.entries("actions") {
        let kind = action.word("action")
        let verb = RunKind(rawValue: kind)?.verb ?? kind
        let gain = action["frees_up_to_bytes"]?.integer.map { " (frees up to \($0.shownAsSize))" } ?? ""
        Terminal.printLine(
          "  \(Terminal.paint("\(name): would \(verb)", .yellow)): \(action.word("reason"))\(gain)")
        for snapshot in action.entries("snapshots") {
          let reasons = snapshot.entries("reasons").compactMap(\.text).joined(separator: "; ")
          Terminal.printLine("      - \(snapshot.word("snapshot")): \(reasons)")
        }
        for entry in action.entries("trash") { Terminal.printLine("      - .trash/\((entry.text ?? "").printable())") }
      }
      for hold in host.entries("holds") {
        Terminal.printLine("  \(Terminal.paint("\(name): waits", .dim)): \(hold.word("message"))")
      }
    }
  }
}

extension SpecDifference {
  /// Field by field what would change.
  func printFields() { DifferenceText.printChanges(value.items) }
}

extension ApplyOutcome {
  /// One line a resource: `host/web-1 created`.
  func print() {
    DifferenceText.printMoves(moves.map(\.value), isDryRun: isDryRun)
    for resource in resources {
      let colour: Terminal.Colour =
        switch resource.change {
        case .created: .green
        case .configured: .yellow
        case .deleted: .red
        case .unchanged: .dim
        }
      let owner = resource.takenOverFrom.map { ", taken over from \($0)" } ?? ""
      Terminal.printLine(
        "\(resource.id) \(Terminal.paint(resource.change.rawValue, colour))\(owner)\(isDryRun ? " (dry run)" : "")")
    }
    for warning in warnings { Terminal.writeError("warning: \(warning)") }
  }
}
