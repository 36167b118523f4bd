// What `diff` has found out, as a page for people.

import Reconciler
import Spec
import Store

extension DiffReport {
  func printText() {
    review?.difference.printMoves()
    review?.difference.printFields()
    others.printNotes()
    review?.printObjections()
    drift.print()
    let isApart = changed > 0 || !drift.isEmpty || !(review?.takenOver.isEmpty ?? true)
    let hasWork = !plan.isEmpty || holds > 0
    if isApart { Terminal.printLine() }
    if hasWork { Terminal.printLine("The loop\(changed > 0 ? " then" : ""):") }
    plan.printActions(freed: freed)
    let good = "Nothing to do"
    Terminal.printLine(
      isSettled ? Terminal.paint(good, .green) + conclusion.dropFirst(good.count) : conclusion)
  }
}
