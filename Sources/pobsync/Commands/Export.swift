// `pobsync export`: the whole desired state as one spec file, or as files of another program.

import ArgumentParser
import Spec
import Store

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the whole desired state as one spec file.",
    discussion: """
      The file is canonical: applying it changes nothing. `export legacy` writes files of the original pobsync instead.

      EXAMPLE
        pobsync export > hosts.yaml
        pobsync export legacy --prefix /tmp/legacy
      """,
    subcommands: [ExportSpec.self, ExportLegacy.self], defaultSubcommand: ExportSpec.self)
}

struct ExportSpec: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spec", abstract: "Print the whole desired state as one spec file.")

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let spec = try await storage.open().desired().spec
    Terminal.printLine(SpecWriter.write(spec).trimmingSuffix("\n"))
  }
}
