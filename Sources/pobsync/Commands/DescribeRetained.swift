// `pobsync describe host` for a host that is declared no more.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension DescribeHost {
  /// What was declared of a host of which only snapshots are left.
  func printRetained(_ kept: RetainedHost) {
    Terminal.printLine("  retained    declared no more: removed at \(kept.removedAt.shown) by \(kept.actor)")
    Terminal.printLine("  declared    by \(kept.source), until then")
    Terminal.printLine("  snapshots   \(kept.outlook) (on_remove: \(kept.onRemove.rawValue))")
    if let retention = kept.retention { Terminal.printLine("  retention   \(retention.name), as it was then") }
    Terminal.printLine("  `pobsync purge host \(kept.host)` deletes all of it.")
  }
}
