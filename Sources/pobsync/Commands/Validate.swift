// `pobsync validate`: checks spec files and changes nothing.

import ArgumentParser
import Engine
import Foundation
import Spec
import Store

struct Validate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check spec files without touching the desired state.",
    discussion: """
      References may also mean resources that were applied before, if there is a database.

      EXAMPLE
        pobsync validate -f hosts.yaml
      """)

  @OptionGroup var specs: SpecOptions
  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if specs.files.isEmpty { throw ValidationError("name a spec file with -f") }
  }

  func run() async throws {
    let known = try await storage.openIfThere()?.desired().spec
    let loaded = try specs.load(known: known ?? Spec())
    let count = loaded.spec.identifiers.count
    Terminal.printLine("\(count) \(count == 1 ? "resource is" : "resources are") valid")
  }
}
