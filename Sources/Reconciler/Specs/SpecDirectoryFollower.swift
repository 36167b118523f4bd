// Following a directory of specs: what is there becomes the desired state, under the guards of every apply.

import Engine
package import Logging
package import Spec
import Store

/// A directory of specs that is kept applied.
package struct SpecDirectory: Sendable, Hashable {
  /// An absolute path.
  package let path: String
  /// Whose the resources are, whatever the files say.
  package let set: ResourceName?
  /// Whether what is declared there no more is deleted.
  package let prune: Bool

  package init(path: String, set: ResourceName? = nil, prune: Bool = false) {
    self.path = path
    self.set = set
    self.prune = prune
  }

  /// The spec set of files that name none.
  package static let usualSet = "spec.d"
}

/// Looks at a directory again and again, and applies what it holds once that has changed and stands still.
///
/// A spec that is refused changes nothing. It is told of once, and tried again when it, or the desired state that it
/// was refused for, has changed.
package struct SpecDirectoryFollower: Sendable {
  private struct Refusal: Sendable {
    let complaints: [String]
    /// Of the desired state that it was refused for.
    let revision: Int64
  }

  private let directory: SpecDirectory
  private let environment: Environment
  private let logger: Logger
  private var watch = SpecDirectoryWatch()
  private var outage: Outage
  /// What was applied last.
  private var applied: [SourceText]?
  private var refusal: Refusal?

  package init(_ directory: SpecDirectory, environment: Environment, logger: Logger) {
    self.directory = directory
    self.environment = environment
    self.logger = logger
    outage = Outage(logger: logger)
  }

  /// Looks once, and acts on what it sees. What cannot be done for now, as while the database is away, is tried again
  /// by the next look.
  ///
  /// - Parameter isLeading: whether this process's controller leads. Another would apply the same once more, which
  ///   changes nothing but would tell of a refusal twice; so it waits, and begins anew when it leads.
  package mutating func look(isLeading: Bool) async {
    guard isLeading else {
      applied = nil
      refusal = nil
      watch.takeAgain()
      return
    }
    do {
      try await look()
      outage.isOver()
    } catch {
      if !Task.isCancelled { outage.note(error, doing: "apply \(directory.path)") }
    }
  }

  private mutating func look() async throws {
    let path = directory.path
    if let refusal, try await environment.store.specRevision() != refusal.revision { watch.takeAgain() }
    let sight = try await blocking { SpecDirectorySight(of: path) }
    guard watch.see(sight) else { return }
    let reading = try await blocking { Result<[SourceText], any Error> { try SpecSources.read([path]) } }
    // What changed while it was read may have been read in part.
    let sightAfterwards = try await blocking { SpecDirectorySight(of: path) }
    guard watch.see(sightAfterwards) else { return }
    do {
      let texts = try reading.get()
      // Files that were only touched are as they were.
      if refusal != nil || !(applied?.holdsSame(as: texts) ?? false) { try await apply(texts) }
    } catch {
      guard let complaints = Self.complaints(in: error) else { throw error }
      try await refuse(complaints)
    }
    watch.take()
  }

  private mutating func apply(_ texts: [SourceText]) async throws {
    let store = environment.store
    let known = try await store.desired().spec
    let loaded = try SpecReader.read(texts, known: known)
    let set = (directory.set ?? loaded.set)?.description ?? SpecDirectory.usualSet
    let review = try await store.apply(
      loaded.spec, as: ChangeOrigin(source: set, actor: environment.actor),
      ApplyOptions(prune: directory.prune, moved: loaded.moved), files: texts, at: environment.clock.now)
    let outcome = review.difference.counts
    if !review.difference.isEmpty || refusal != nil {
      try await environment.store.record(
        NewEvent(
          severity: .info, reason: "spec_applied", message: "\(directory.path) is applied as set \(set): \(outcome)"),
        at: environment.clock.now)
    }
    logger.info(
      "specs applied", metadata: ["directory": "\(directory.path)", "set": "\(set)", "resources": "\(outcome)"])
    applied = texts
    refusal = nil
  }

  private mutating func refuse(_ complaints: [String]) async throws {
    let revision = try await environment.store.specRevision()
    if refusal?.complaints != complaints {
      let shown = complaints.prefix(Self.recordedComplaints)
      let rest = complaints.count > shown.count ? "; and \(complaints.count - shown.count) more" : ""
      try await environment.store.record(
        NewEvent(
          severity: .error, reason: "spec_refused",
          message: "\(directory.path) is not applied: \(shown.joined(separator: "; "))\(rest)"),
        at: environment.clock.now)
      logger.error(
        "specs refused, nothing was changed",
        metadata: ["directory": "\(directory.path)", "complaints": "\(complaints.count)"])
      for complaint in complaints { logger.error("complaint about specs", metadata: ["complaint": "\(complaint)"]) }
    }
    applied = nil
    refusal = Refusal(complaints: complaints, revision: revision)
  }

  /// How many complaints an event holds; the log has them all.
  private static let recordedComplaints = 20

  /// What is wrong with the specs; nil for an error that says nothing about them. The lines of the files are left out:
  /// a log is not the place for what may stand there.
  private static func complaints(in error: any Error) -> [String]? {
    switch error {
    case let error as SpecSourceError: return [error.description]
    case let error as Diagnostics:
      return error.items.map { item in
        let start = item.range.start
        let hint = item.hint.map { "; \($0)" } ?? ""
        return "\(item.file):\(start.line):\(start.column): \(item.severity.rawValue): \(item.message)\(hint)"
          .printable(limit: 1000)
      }
    case let error as StoreError where error.isAboutSpec: return [error.description]
    default: return nil
    }
  }
}

extension StoreError {
  /// True if it is what was to be applied that is refused, and not the database that is at fault.
  fileprivate var isAboutSpec: Bool {
    switch code {
    case .conflict, .tooManyRemovals, .removalPrevented, .stillReferenced, .missingReference, .unknownResource,
      .refused:
      true
    default: false
    }
  }
}

extension [SourceText] {
  /// True if the files have the same names and bytes.
  fileprivate func holdsSame(as other: [SourceText]) -> Bool {
    elementsEqual(other) { $0.name == $1.name && $0.bytes == $1.bytes }
  }
}
