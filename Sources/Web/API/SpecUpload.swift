// A spec as a program sends it: one text, or several files with their names, so that complaints name the right one.

import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

struct SpecUpload: Sendable {
  /// The type of a body that holds files: `{"files": [{"file": "hosts.yaml", "content": "version: 1 …"}]}`.
  static let bundleType = "application/vnd.pobsync.spec-files+json"

  let files: [SourceText]

  /// What complaints call a text that has no name.
  private static let usualName = "body.yaml"
  private static let mostFiles = 1000

  /// - Returns: nil for a body without anything in it.
  init?(_ request: WebRequest) throws(WebProblem) {
    guard !request.body.isEmpty else { return nil }
    let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.trimmingBlanks.lowercased() }
    guard type == Self.bundleType else {
      files = [SourceText(name: Self.usualName, bytes: request.body)]
      return
    }
    let bundle: YAMLValue
    do throws(JSONError) {
      bundle = try JSONReader.read(request.body, maxValues: 4 * Self.mostFiles)
    } catch {
      throw .badRequest("its body is not JSON: \(error)")
    }
    let items = bundle["files"]?.items ?? []
    guard bundle.members.map(\.key) == ["files"], !items.isEmpty else {
      throw .badRequest("its body has to be a map with `files`, a list of files")
    }
    guard items.count <= Self.mostFiles else { throw .badRequest("at most \(Self.mostFiles) files are taken") }
    var files: [SourceText] = []
    var names: Set<String> = []
    for (index, item) in items.enumerated() {
      guard Set(item.members.map(\.key)) == ["file", "content"], case .string(let name)? = item["file"],
        case .string(let content)? = item["content"]
      else { throw .badRequest("$.files[\(index)] has to have a `file`, which is its name, and a `content`") }
      guard !name.isEmpty, name.utf8.count <= 1000, !name.hasControlCharacters else {
        throw .badRequest("$.files[\(index)].file is no name of a file")
      }
      guard names.insert(name).inserted else { throw .badRequest("the file \(name.quoted) is there twice") }
      files.append(SourceText(name: name, content))
    }
    self.files = files
  }

  /// Reads and checks it.
  ///
  /// - Throws: `Diagnostics` for what is wrong in it, `WebProblem` for options that do not go with it.
  func proposal(_ call: ApiCall, known: Spec) throws -> SpecProposal {
    let (options, set) = (try Self.options(call), try call(Ask.set))
    let loaded = try SpecReader.read(files, known: known)
    do throws(SubmissionProblem) {
      return try SpecProposal(loaded, set: set, options, by: call.request.actor)
    } catch {
      switch error {
      case .text(let items): throw Diagnostics(items)
      case .option(let words): throw WebProblem.badRequest(words)
      }
    }
  }

  private static func options(_ call: ApiCall) throws -> ApplyOptions {
    let options = ApplyOptions(
      prune: try call(Ask.prune), takeOver: try call(Ask.takeOver), maxRemovals: try call(Ask.maxRemovals),
      isPrivileged: call.request.may(.admin))
    guard options.prune || options.maxRemovals == nil else {
      throw WebProblem.badRequest("max_removals goes with prune")
    }
    return options
  }
}
