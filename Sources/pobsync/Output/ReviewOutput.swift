// What stands against applying a spec, as `diff` shows it: conflicts, what others have edited, and hosts that would go.

import Reconciler
import Spec
import Store

extension SpecReview {
  /// Who gets resources that were another's, and what `apply` would refuse.
  func printObjections() {
    for (id, owner) in takenOver.sorted(by: { $0.key < $1.key }) {
      Terminal.printLine("\(Terminal.paint("~ \(id)", .yellow)) is taken over from \(owner)")
    }
    for (id, edit) in restored.sorted(by: { $0.key < $1.key }) {
      Terminal.printLine("\(Terminal.paint("≠ \(id)", .yellow)) was deleted \(edit), and comes back")
    }
    for conflict in conflicts {
      let isAnothers = conflict.fields.allSatisfy { $0.edit == nil }
      let owner = isAnothers ? ", which belongs to \(conflict.owner)" : ""
      Terminal.printLine(Terminal.paint("! conflict: \(conflict.id)\(owner)", .red))
      for field in conflict.fields { Terminal.printLine("    \(field.words(of: conflict.id))") }
    }
    if !conflicts.isEmpty {
      Terminal.printLine("  apply refuses this, unless it is declared as it is, or --take-over is given")
    }
    if let complaint = removals.complaint(about: origin.source) {
      Terminal.printLine(
        "\(Terminal.paint("! apply refuses this", .red)): \(complaint.message); \(complaint.remedy)")
    }
  }
}

extension [ResourceDrift] {
  /// One line a field.
  func print() {
    for resource in self {
      Terminal.printLine(Terminal.paint("≠ \(resource.id), declared by \(resource.owner)", .yellow))
      for field in resource.fields {
        let (declared, current) = field.masked(in: resource.id)
        let edit = field.edit.map { " \($0)" } ?? ""
        Terminal.printLine("    drift: \(field.path) \(declared.shownInDrift) → \(current.shownInDrift)\(edit)")
      }
    }
  }
}

extension YAMLValue? {
  fileprivate var shownInDrift: String { self?.shown ?? "(not set)" }
}
