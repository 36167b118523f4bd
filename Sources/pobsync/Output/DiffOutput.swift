// What `diff` has found out, as a page for people, made from the value that programs get.

import Engine
import Foundation
import Reconciler
import Spec

struct DiffPage {
  private let report: YAMLValue

  init(_ report: YAMLValue) { self.report = report }

  func print() {
    let changes = report.entries("changes")
    DifferenceText.printMoves(report.entries("moves"))
    DifferenceText.printChanges(changes)
    DifferenceText.printNotes(of: report)
    DifferenceText.printObjections(of: report)
    DifferenceText.printDrift(report.entries("drift"))
    let plan = report.entries("plan")
    let isChanged = !changes.isEmpty || !report.entries("moves").isEmpty
    let isApart = isChanged || !report.entries("drift").isEmpty || !report.entries("taken_over").isEmpty
    let hasWork = plan.contains { !$0.entries("actions").isEmpty || !$0.entries("holds").isEmpty }
    if isApart { Terminal.printLine() }
    if hasWork { Terminal.printLine("The loop\(isChanged ? " then" : ""):") }
    DifferenceText.printActions(plan)
    printConclusion()
  }

  private func printConclusion() {
    let (conclusion, good) = (report.word("conclusion"), "Nothing to do")
    let isGood = report["settled"]?.flag == true && conclusion.hasPrefix(good)
    Terminal.printLine(isGood ? Terminal.paint(good, .green) + conclusion.dropFirst(good.count) : conclusion)
    if report["adopted"]?.flag == false {
      Terminal.printLine(
        "The backup root is not adopted: it held snapshots before this database knew of it. Nothing is pruned until "
          + "`pobsync adopt`, which shows what is there.")
    }
    let undeclared = report.entries("undeclared").compactMap(\.text)
    if !undeclared.isEmpty {
      Terminal.printLine(
        "Not declared any more, and deleted only with --prune: \(undeclared.joined(separator: ", ")).")
    }
  }
}
