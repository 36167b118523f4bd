// Edits of single fields from the command line.

import Engine
import Spec
import Store

extension Store {
  /// Applies edits with source `cli`, and prints what came of them as `apply` does.
  func applyEdits(_ edits: [SpecEdit]) async throws {
    let origin = ChangeOrigin(source: ReservedSource.cli.rawValue, actor: StoreOptions.actor)
    let outcome = try await apply(edits, as: origin, named: "<command line>", at: WallClock.system.now)
    outcome.difference.printOutcome(isDryRun: false)
    for resource in outcome.drift { Terminal.writeError("note: \(resource.warning)") }
  }
}
