// `pobsync export legacy`: the desired state as YAML files of the original pobsync.

import ArgumentParser
import Engine
import Foundation
import Spec
import Store

struct ExportLegacy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "legacy",
    abstract: "Write the desired state as YAML configuration of the original pobsync.",
    discussion: """
      Writes config/global.yaml and config/hosts/*.yaml below the prefix, to look at or to use once. What the original's
      configuration cannot say is told. A file is overwritten only if an export has written it and nobody has changed it
      since, unless --force is given; if one may not be, nothing is written.

      EXAMPLE
        pobsync export legacy --prefix /tmp/legacy
      """)

  @Option(help: ArgumentHelp("The directory below which config/ is written.", valueName: "dir"))
  var prefix: String

  @Flag(help: "Overwrite files that an export has not written.")
  var force = false

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if prefix.isEmpty { throw ValidationError("--prefix names no directory") }
  }

  func run() async throws {
    let spec = try await storage.open().desired().spec
    let export = LegacyExport(spec)
    let files = LegacyFiles(
      files: LegacyWriter.files(export.configuration), prefix: URL(fileURLWithPath: prefix).standardizedFileURL.path)
    try files.write(force: force)
    for remark in export.lost { Terminal.writeError("note: \(remark)") }
    for path in try files.leftovers() {
      Terminal.writeError("note: \(files.prefix)/\(path) is of a host that is not declared any more; it was left")
    }
    Terminal.printLine("\(files.files.count) files written below \(files.prefix)")
  }
}

/// The name that the original has for it.
struct ExportPobsyncConfigs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export-pobsync-configs", abstract: "The same as `export legacy`.", shouldDisplay: false)

  @OptionGroup var legacy: ExportLegacy

  func run() async throws { try await legacy.run() }
}
