// `pobsync export`: the whole desired state as one spec file.

import ArgumentParser
import Spec
import Store

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the whole desired state as one spec file.",
    discussion: """
      The file is canonical: applying it changes nothing.

      EXAMPLE
        pobsync export > hosts.yaml
      """)

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let spec = try await storage.open().desired().spec
    Terminal.printLine(SpecWriter.write(spec).trimmingSuffix("\n"))
  }
}
