// Spec sources: the files, directories and standard input that `-f` names, read into memory.

import Foundation

/// Why a spec's text could not be read at all.
package struct SpecSourceError: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }
}

/// Reads what `-f` names.
package enum SpecSources {
  /// The name under which standard input appears in messages.
  package static let standardInputName = "<stdin>"

  /// Reads files in the order given; a directory stands for its `*.yaml` and `*.yml` files in alphabetical order
  /// (hidden ones and subdirectories left out), and `-` for standard input.
  ///
  /// - Throws: `SpecSourceError` for the first path that cannot be read, and for a directory without specs.
  package static func read(_ paths: [String]) throws(SpecSourceError) -> [SourceText] {
    var texts: [SourceText] = []
    for path in paths {
      if path == "-" {
        let data = (try? FileHandle.standardInput.readToEnd()) ?? Data()
        texts.append(SourceText(name: standardInputName, bytes: Array(data)))
        continue
      }
      var isDirectory: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
        throw SpecSourceError(description: "\(path): no such file or directory")
      }
      let files = isDirectory.boolValue ? try specFiles(in: path) : [path]
      guard !files.isEmpty else { throw SpecSourceError(description: "\(path): holds no *.yaml or *.yml file") }
      for file in files { texts.append(try readFile(file)) }
    }
    return texts
  }

  /// The `*.yaml` and `*.yml` files of a directory in alphabetical order, hidden ones left out.
  package static func specFiles(in directory: String) throws(SpecSourceError) -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: directory)
    } catch {
      throw SpecSourceError(description: "\(directory): cannot be listed: \(error.localizedDescription)")
    }
    let base = directory.hasSuffix("/") ? directory : directory + "/"
    let files = names.filter { !$0.hasPrefix(".") && ($0.hasSuffix(".yaml") || $0.hasSuffix(".yml")) }.sorted()
    return files.map { base + $0 }
  }

  static func readFile(_ path: String) throws(SpecSourceError) -> SourceText {
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw SpecSourceError(description: "\(path): cannot be read; check its permissions")
    }
    defer { try? handle.close() }
    // One byte more than the limit is enough for the parser to refuse the file.
    do {
      let data = try handle.read(upToCount: YAMLLimits.spec.maxBytes + 1) ?? Data()
      return SourceText(name: path, bytes: Array(data))
    } catch {
      throw SpecSourceError(description: "\(path): cannot be read: \(error.localizedDescription)")
    }
  }
}
