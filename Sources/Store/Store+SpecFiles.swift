// The files of each spec set as they were applied last, by which a value is traced to its line.

package import Foundation
import Spec

/// One file of a spec set.
package struct SpecFile: Sendable, Hashable {
  package let source: String
  /// Its name, as it was given.
  package let file: String
  package let content: String
  package let appliedAt: Date

  package init(source: String, file: String, content: String, appliedAt: Date) {
    self.source = source
    self.file = file
    self.content = content
    self.appliedAt = appliedAt
  }
}

extension Store {
  /// The files of a spec set, in the order in which they were given.
  package func specFiles(of source: String) async throws -> [SpecFile] {
    try await database.read { try $0.specFiles(of: source) }
  }
}

extension SQLConnection {
  fileprivate func specFiles(of source: String) throws -> [SpecFile] {
    try rows(
      of: "spec_files", "SELECT * FROM spec_files WHERE source = ? ORDER BY position", [source.sqlValue]
    ) { row in
      SpecFile(
        source: try row.required("source"), file: try row.required("file"), content: try row.required("content"),
        appliedAt: try row.required("applied_at"))
    }
  }

  /// Keeps these files as those of a spec set, in place of all that were. If they are the same already, nothing is
  /// written.
  func replaceSpecFiles(of source: String, with texts: [SourceText], at now: Date) throws {
    var files: [SpecFile] = []
    var names: Set<String> = []
    // Of a file that was given twice, which only one that declares nothing can be, one is enough.
    for text in texts where names.insert(text.name).inserted {
      let content = String(decoding: text.bytes, as: UTF8.self)
      files.append(SpecFile(source: source, file: text.name, content: content, appliedAt: now))
    }
    let kept = try specFiles(of: source)
    guard !kept.elementsEqual(files, by: { $0.file == $1.file && $0.content == $1.content }) else { return }
    try execute("DELETE FROM spec_files WHERE source = ?", [source.sqlValue])
    for (position, file) in files.enumerated() {
      try insert(
        into: "spec_files",
        [
          ("source", file.source.sqlValue), ("file", file.file.sqlValue), ("position", position.sqlValue),
          ("content", file.content.sqlValue), ("applied_at", file.appliedAt.sqlValue),
        ])
    }
  }
}
