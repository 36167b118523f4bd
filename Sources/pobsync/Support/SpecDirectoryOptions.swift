// A directory of specs that a service keeps applied.

import ArgumentParser
import Foundation
import Reconciler
import Spec

struct SpecDirectoryOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Apply the specs in this directory at start, and again whenever they change.", valueName: "dir"))
  var specDir: String?

  @Option(
    name: .customLong("set"),
    help: ArgumentHelp(
      "With --spec-dir: the spec set whose the resources are; the one that the files name otherwise, else "
        + "\(SpecDirectory.usualSet).", valueName: "name"),
    transform: ResourceName.setFromCommandLine)
  var set: ResourceName?

  @Flag(help: "With --spec-dir: delete resources that are not declared there any more. Snapshots stay.")
  var specPrune = false

  func validate() throws {
    guard specDir == nil else { return }
    if self.set != nil { throw ValidationError("--set goes with --spec-dir") }
    if specPrune { throw ValidationError("--spec-prune goes with --spec-dir") }
  }

  var directory: SpecDirectory? {
    specDir.map { path in
      SpecDirectory(path: URL(fileURLWithPath: path).standardizedFileURL.path, set: self.set, prune: specPrune)
    }
  }
}
