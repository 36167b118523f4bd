// Backups of a database: one SQLite file that holds everything as of one moment, made while others work.

import Engine
package import Foundation
import GRDB
import Glibc
import Spec

/// Makes backups.
package enum DatabaseBackup {
  /// Copies a database into a new file, which is there whole or not at all.
  ///
  /// - Throws: `StoreError` also if there is a file of that name.
  package static func make(of database: any SQLDatabase, into path: String, at now: Date) async throws {
    let version = try await database.read { try Migrator().version(of: database, $0) }
    guard version > 0 else { throw StoreError(.refused, "the database \(database.place) is empty") }
    guard !Disk.exists(path) else { throw exists(path) }
    let partial = "\(path).partial"
    try create(partial)
    do {
      if let database = database as? SQLiteDatabase {
        try await database.backUp(into: partial)
      } else {
        let copy = try await SQLiteDatabase.open(partial)
        _ = try await DatabaseCopy.make(from: database, to: copy, at: now)
        try await copy.close()
      }
      try await SQLiteDatabase.finish(partial)
      try await blocking { try publish(partial, as: path) }
    } catch {
      for suffix in ["", "-wal", "-shm", "-journal"] { unlink(partial + suffix) }
      throw error
    }
  }

  private static func create(_ path: String) throws(StoreError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      guard errno == EEXIST else {
        throw StoreError(
          .cannotOpen, "the backup \(path) cannot be written: \(String(cString: strerror(errno)))",
          remedy: "name a file in a directory that is there and that you may write")
      }
      throw StoreError(
        .refused, "there is \(path) already: another backup is being made, or one was cut off",
        remedy: "delete it if no other is running")
    }
    close(descriptor)
  }

  /// Gives the file its name, if nobody else has made one of that name since.
  private static func publish(_ partial: String, as path: String) throws {
    let descriptor = open(partial, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      let error = DiskError("fsync", partial)
      if descriptor >= 0 { close(descriptor) }
      throw error
    }
    close(descriptor)
    guard link(partial, path) == 0 else {
      if errno == EEXIST { throw exists(path) }
      throw DiskError("link", path)
    }
    unlink(partial)
    let directory = (path as NSString).deletingLastPathComponent
    try Disk.syncDirectory(directory.isEmpty ? "." : directory)
  }

  private static func exists(_ path: String) -> StoreError {
    StoreError(.refused, "there is a file \(path) already", remedy: "name another, or move it away")
  }
}

extension SQLiteDatabase {
  /// Copies all pages as of one moment, while others read and write.
  fileprivate func backUp(into path: String) async throws {
    try await translated {
      let copy = try DatabaseQueue(path: path)
      try writer.backup(to: copy)
      try copy.close()
    }
  }

  fileprivate func close() async throws {
    try await translated { try writer.close() }
  }

  /// Makes sure that a backup is whole, and makes it one file, without a log beside it.
  fileprivate static func finish(_ path: String) async throws {
    try await blocking {
      do {
        let copy = try DatabaseQueue(path: path)
        let complaints = try copy.writeWithoutTransaction { database in
          try database.execute(sql: "PRAGMA journal_mode = DELETE")
          return try String.fetchAll(database, sql: "PRAGMA integrity_check")
        }
        try copy.close()
        guard complaints == ["ok"] else {
          throw StoreError(
            .corrupt, "the backup is damaged, as the database may be: \(complaints.prefix(3).joined(separator: "; "))",
            remedy: "`pobsync database check` tells more")
        }
      } catch let error as DatabaseError {
        throw StoreError(error, in: path)
      }
    }
  }
}
