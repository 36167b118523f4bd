// A whole spec as somebody has sent it, in whose name it is to be applied, and how far that may go.

import Crypto
import Engine
import Foundation
import Reconciler
import Spec
import Store

/// Why what was sent cannot be compared or applied.
enum SubmissionProblem: Error, Sendable {
  case text([Diagnostic])
  /// With an option, in words.
  case option(String)
}

struct SpecSubmission: Sendable {
  let text: String
  let set: String
  let prune: Bool
  let takeOver: Bool
  let maxRemovals: String

  init(text: String, set: String = "", prune: Bool = false, takeOver: Bool = false, maxRemovals: String = "") {
    self.text = text
    self.set = set
    self.prune = prune
    self.takeOver = takeOver
    self.maxRemovals = maxRemovals
  }

  init(_ request: WebRequest) {
    self.init(
      text: (request.field("text") ?? "").withUnixLines, set: (request.field("set") ?? "").withoutOuterBlanks,
      prune: request.field("prune") != nil, takeOver: request.field("take_over") != nil,
      maxRemovals: (request.field("max_removals") ?? "").withoutOuterBlanks)
  }

  /// The hash of all of it, by which it is told whether it is still what was reviewed.
  var digest: String {
    let parts = [set, "\(prune)", "\(takeOver)", maxRemovals, text].map(YAMLValue.string)
    let hash = SHA256.hash(data: Data(JSONWriter.compact(.list(parts)).utf8))
    return hash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  /// What complaints call the text, and under what name it is kept.
  private static let fileName = "hosts.yaml"

  private var source: SourceText { SourceText(name: Self.fileName, text) }

  /// The texts to keep as those of the spec set; nil where the text belongs to none.
  func files(of proposal: SpecProposal) -> [SourceText]? { proposal.origin.isSpecSet ? [source] : nil }

  /// Reads and checks it.
  ///
  /// - Parameter known: the stored desired state.
  func proposal(by request: WebRequest, known: Spec) throws(SubmissionProblem) -> SpecProposal {
    let loaded: LoadedSpec
    do throws(Diagnostics) {
      loaded = try SpecReader.read([source], known: known)
    } catch {
      throw .text(error.items)
    }
    let options = ApplyOptions(
      prune: prune, takeOver: takeOver, maxRemovals: try removals(), isPrivileged: request.may(.admin))
    return try SpecProposal(loaded, set: try givenSet(), options, by: request.actor)
  }

  private func givenSet() throws(SubmissionProblem) -> ResourceName? {
    guard !set.isEmpty else { return nil }
    guard ReservedSource(rawValue: set) == nil else {
      throw .option("\(set.quoted) is reserved and cannot name a spec set: choose another name.")
    }
    do throws(InvalidText) {
      return try ResourceName(text: set)
    } catch {
      throw .option("The spec set's name: \(error).")
    }
  }

  private func removals() throws(SubmissionProblem) -> Int? {
    guard !maxRemovals.isEmpty else { return nil }
    guard let number = Int(maxRemovals), number >= 0 else {
      throw .option("“Remove up to” takes a number from 0, and \(maxRemovals.quoted) is none.")
    }
    guard prune else { throw .option("“Remove up to” goes with “Delete what is not declared any more”.") }
    return number
  }
}

extension SpecProposal {
  /// What somebody proposes from afar, where no directory of files tells whose it is.
  ///
  /// - Parameter set: whose it is, whatever the spec says; if neither names a set, it is an edit.
  init(
    _ loaded: LoadedSpec, set: ResourceName?, _ options: ApplyOptions, by actor: String
  ) throws(SubmissionProblem) {
    var options = options
    options.moved = loaded.moved
    guard let named = set ?? loaded.set else {
      guard !options.prune, !options.takeOver else {
        throw .option(
          "Name the spec set whose this is, here or in the text with `set`: without one it is an edit, which deletes and "
            + "takes over nothing.")
      }
      options.maxRemovals = .max
      self.init(loaded.spec, as: ChangeOrigin(source: ReservedSource.web.rawValue, actor: actor), options)
      return
    }
    self.init(loaded.spec, as: ChangeOrigin(source: named.description, actor: actor), options)
  }
}

extension String {
  /// Without blanks around it.
  var withoutOuterBlanks: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
