// A path within a snapshot, as people name it on the command line.

import ArgumentParser
import Engine
import Spec

struct SnapshotPathArgument: ParsableArguments {
  @Argument(help: "The path below the source root: /etc/fstab, or / for everything.")
  var path: String

  @Flag(help: "The path is percent-encoded, as `ls -o json` gives it: for names that are no UTF-8.")
  var encoded = false

  func validate() throws { _ = try parsed() }

  func parsed() throws -> SnapshotPath { try Self.parsed(path, encoded: encoded) }

  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func parsed(_ text: String, encoded: Bool) throws -> SnapshotPath {
    do throws(InvalidText) {
      return encoded ? try SnapshotPath(percentEncoded: text) : try SnapshotPath(typed: text)
    } catch {
      throw ValidationError("\(text.quoted) is no path within a snapshot: \(error)")
    }
  }
}

extension SnapshotEntry {
  /// The name as `ls` shows it: with a slash behind a directory, and with what a link says.
  var shownName: String {
    switch kind {
    case .directory: SnapshotPath.shown(name) + "/"
    case .link: "\(SnapshotPath.shown(name)) -> \(SnapshotPath.shown(target ?? []))"
    default: SnapshotPath.shown(name)
    }
  }

  /// The entry for programs.
  /// - Parameter path: its own.
  func value(at path: SnapshotPath) -> YAMLValue {
    .map([
      YAMLPair("path", .string("\(path)")),
      YAMLPair("path_encoded", .string(path.percentEncoded)),
      YAMLPair("kind", .string(kind.rawValue)),
      YAMLPair("size", .int(size)),
      YAMLPair("mode", .string("0" + String(mode, radix: 8))),
      YAMLPair("user", .int(Int64(user))),
      YAMLPair("group", .int(Int64(group))),
      YAMLPair("modified_at", .string(Timestamp.text(modified.date))),
      YAMLPair("target", target.map { .string(SnapshotPath.shown($0)) } ?? .null),
    ])
  }
}
