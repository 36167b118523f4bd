// The predecessor's prefix: the directory below which its configuration files stand.

import Foundation

/// Finds and reads the predecessor's files.
package enum LegacyPrefix {
  /// Reads `config/global.yaml` and the files of `config/hosts`, by name; `.yml` is taken as well.
  ///
  /// - Throws: `SpecSourceError` for a file that cannot be read, and for a prefix with neither.
  package static func read(
    _ path: String
  ) throws(SpecSourceError) -> (global: SourceText?, hosts: [SourceText]) {
    let config = (path.hasSuffix("/") ? path : path + "/") + "config"
    let globals = ["global.yaml", "global.yml"].map { "\(config)/\($0)" }
      .filter { FileManager.default.fileExists(atPath: $0) }
    guard globals.count < 2 else {
      throw SpecSourceError(description: "\(globals[0]): there is a global.yml beside it; remove one of them")
    }
    var global: SourceText?
    if let file = globals.first { global = try SpecSources.readFile(file) }
    let directory = "\(config)/hosts"
    var hosts: [SourceText] = []
    if FileManager.default.fileExists(atPath: directory) {
      for file in try SpecSources.specFiles(in: directory) { hosts.append(try SpecSources.readFile(file)) }
    }
    guard global != nil || !hosts.isEmpty else {
      throw SpecSourceError(
        description: "\(path): neither config/global.yaml nor config/hosts/*.yaml is there; "
          + "--prefix names the directory that holds config/")
    }
    return (global, hosts)
  }
}
