// The files of each spec set as they were applied last, by which a value is traced to its line.

package import Foundation

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
    try await database.read { connection in
      try connection.rows(
        of: "spec_files", "SELECT * FROM spec_files WHERE source = ? ORDER BY position", [source.sqlValue]
      ) { row in
        SpecFile(
          source: try row.required("source"), file: try row.required("file"), content: try row.required("content"),
          appliedAt: try row.required("applied_at"))
      }
    }
  }
}
