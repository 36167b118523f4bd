// SQLite's errors in words for the operator.

import Foundation
import GRDB
import Glibc

extension StoreError {
  /// An error of a statement on, or of opening, the database at `path`.
  init(_ error: DatabaseError, in path: String) {
    // The log's index finds its end at a place of its own, and calls it a failure to read or write.
    let isWithoutRoom = error.extendedResultCode == .SQLITE_IOERR_SHMSIZE
    switch isWithoutRoom ? .SQLITE_FULL : error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .locked, "the database \(path) is locked by another process",
        remedy: "try again; `fuser \(path)` shows who holds it if it stays so")
    case .SQLITE_FULL:
      self.init(
        .full, "the database \(path) cannot grow: its disk is full",
        remedy: "free space there; nothing was recorded in part")
    case .SQLITE_READONLY, .SQLITE_PERM:
      self.init(
        .readOnly, "the database \(path) cannot be written",
        remedy: "check that you are its owner, that its directory is yours too, and that its disk is not read-only")
    case .SQLITE_CORRUPT:
      self.init(
        .corrupt, "the database \(path) is damaged: \(error.message ?? "malformed")",
        remedy: "put a copy of it back, or move it away, apply the spec again and run `pobsync discover-snapshots`: "
          + "snapshots describe themselves")
    case .SQLITE_NOTADB:
      self.init(.notADatabase, "\(path) is not a SQLite database", remedy: "name another file, or move this one away")
    case .SQLITE_CANTOPEN:
      self.init(
        .cannotOpen, "the database \(path) cannot be opened",
        remedy: "check that it is a file, and that you may read and write it and its directory")
    case .SQLITE_CONSTRAINT:
      self.init(.constraint, "the database \(path) refused a change: \(Self.words(of: error))")
    default:
      self.init(.failed, "the database \(path) failed: \(Self.words(of: error))")
    }
  }

  init(cannotCreate path: String, _ code: Int32) {
    self.init(
      .cannotOpen, "the database \(path) cannot be created: \(String(cString: strerror(code)))",
      remedy: "create its directory for the user that runs pobsync, or name another place with --database")
  }

  /// SQLite's words and the statement, without its arguments, which may be secret.
  private static func words(of error: DatabaseError) -> String {
    let message = error.message ?? "\(error.extendedResultCode)"
    return error.sql.map { "\(message) (\($0))" } ?? message
  }
}
