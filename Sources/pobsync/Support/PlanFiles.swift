// Plan files on disk: only their owner may read them, and nothing but a plan is ever overwritten.

import Engine
import Foundation
import Reconciler
import Spec

enum PlanFiles {
  /// Reads a plan.
  static func read(_ path: String) throws -> PlanFile {
    guard let bytes = try Disk.read(path, limit: PlanFile.maxBytes, followingLinks: true) else {
      throw CommandFailure("\(path): no such file")
    }
    do throws(PlanFileError) {
      return try PlanFile(reading: SourceText(name: path, bytes: bytes))
    } catch {
      throw CommandFailure("\(path) \(error)")
    }
  }

  /// Writes a plan, durably and for its owner alone: it holds the spec with all that is secret in it.
  ///
  /// - Parameter force: overwrite a file that is no plan.
  static func write(_ plan: PlanFile, to path: String, force: Bool) throws {
    let path = URL(fileURLWithPath: path).standardizedFileURL.path
    // The second is where the first is made before it gets its name.
    for place in [path, path + ".new"] where Disk.exists(place) { try checkReplaceable(place, force: force) }
    try Disk.writeDurably(plan.text, to: path)
  }

  private static func checkReplaceable(_ path: String, force: Bool) throws {
    let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
    guard type == .typeRegular else {
      throw CommandFailure("\(path) is there and is no regular file: no plan was written")
    }
    guard !force else { return }
    let bytes = try? Disk.read(path, limit: PlanFile.maxBytes)
    guard let bytes, PlanFile.isPlan(SourceText(name: path, bytes: bytes)) else {
      throw CommandFailure(
        "\(path) is there and is not a plan: no plan was written; name another file, or give --force to overwrite it")
    }
  }
}
