// Spec files on the command line: `-f`, and whose spec set they are.

import ArgumentParser
import Foundation
import Spec
import Store

struct SpecOptions: ParsableArguments {
  @Option(
    name: [.customShort("f"), .customLong("filename")], parsing: .singleValue,
    help: ArgumentHelp("A spec file, a directory of them, or - for standard input. May be repeated.", valueName: "path")
  )
  var files: [String] = []

  /// Reads and checks the files.
  /// - Parameter known: resources that references may mean besides those in the files.
  func load(known: Spec) throws -> LoadedSpec { try SpecReader.read(try read(), known: known) }

  /// The files' texts.
  func read() throws -> [SourceText] { try SpecSources.read(files) }

  /// Whose the resources are: the set that is asked for, else the one that the files name, else the directory of the
  /// first of them.
  func origin(of loaded: LoadedSpec, set: ResourceName? = nil) -> ChangeOrigin {
    let source = (set ?? loaded.set)?.description ?? files.first.map(Self.directory) ?? "stdin"
    return ChangeOrigin(source: source, actor: StoreOptions.actor)
  }

  private static func directory(of path: String) -> String {
    guard path != "-" else { return "stdin" }
    var isDirectory: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
    let url = URL(fileURLWithPath: path).standardizedFileURL
    return isDirectory.boolValue ? url.path : url.deletingLastPathComponent().path
  }
}
