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
    let loaded = try specs.load(known: try await knownResources())
    let count = loaded.spec.identifiers.count
    Terminal.printLine("\(count) \(count == 1 ? "resource is" : "resources are") valid")
  }

  private func knownResources() async throws -> Spec {
    let location = try storage.location()
    guard Disk.exists(location.path) else { return Spec() }
    return try await Store.open(location, at: WallClock.system.now).desired().spec
  }
}
