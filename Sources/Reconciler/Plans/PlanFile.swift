// Plan files: what an apply is to do, written down to be read by a person and then carried out just so, or not at all.

import Engine
package import Foundation
package import Spec
package import Store

/// A plan as it is kept in a file. docs/plans.md describes the format.
package struct PlanFile: Sendable {
  package static let format = "pobsync plan"
  package static let formatVersion: Int64 = 1

  package let createdAt: Date
  /// The spec set in whose name it is applied.
  package let set: String
  package let options: ApplyOptions
  package let basis: PlanBasis
  /// The texts of the spec, which are kept with it once it is applied.
  package let files: [SourceText]
  /// What a person was shown: changes, actions and all else that `diff -o json` tells.
  package let report: [YAMLPair]
  /// The spec, as a canonical document.
  private let document: YAMLValue

  package init(
    _ wanted: Spec, set: String, options: ApplyOptions, basis: PlanBasis, files: [SourceText], report: [YAMLPair],
    createdAt: Date
  ) {
    self.createdAt = createdAt
    self.set = set
    self.options = options
    self.basis = basis
    self.files = files
    self.report = report
    document = SpecWriter.document(wanted)
  }

  /// The spec that is to be applied, read as spec files are.
  ///
  /// - Parameter known: resources that references may mean besides those of the spec.
  package func spec(known: Spec) throws(PlanFileError) -> Spec {
    do throws(Diagnostics) {
      return try SpecReader.read(specTexts, known: known).spec
    } catch {
      throw .damaged("its spec is not right: \(error.items.first?.message ?? "it cannot be read")")
    }
  }

  /// The file's text.
  package var text: String { JSONWriter.pretty(value) + "\n" }

  private var value: YAMLValue {
    let hosts = basis.hosts.sorted { $0.key < $1.key }.map { YAMLPair($0.key.description, .int($0.value)) }
    let flags = [
      YAMLPair("prune", .bool(options.prune)), YAMLPair("take_over", .bool(options.takeOver)),
      YAMLPair("max_removals", options.maxRemovals.map { .int(Int64($0)) } ?? .null),
      YAMLPair(
        "moved",
        .list(
          options.moved.map {
            .map([YAMLPair("from", .string($0.from.description)), YAMLPair("to", .string($0.to.description))])
          })),
    ]
    let texts = files.map { file in
      YAMLValue.map([
        YAMLPair("file", .string(file.name)),
        YAMLPair("content", .string(String(decoding: file.bytes, as: UTF8.self))),
      ])
    }
    return .map(
      [
        YAMLPair("format", .string(Self.format)), YAMLPair("format_version", .int(Self.formatVersion)),
        YAMLPair("created_at", .string(Timestamp.text(createdAt))),
        YAMLPair("pobsync_version", .string(PobsyncVersion.current)), YAMLPair("set", .string(set)),
        YAMLPair("options", .map(flags)),
        YAMLPair("checksum", .string(Self.checksum(of: document, flags: .map(flags), texts: .list(texts)))),
        YAMLPair(
          "rests_on",
          .map([
            YAMLPair("spec_revision", .int(basis.revision)), YAMLPair("all_hosts", .int(basis.everything)),
            YAMLPair("hosts", .map(hosts)),
          ])),
        YAMLPair("report", .map(report)), YAMLPair("spec", document), YAMLPair("files", .list(texts)),
      ])
  }

  /// A hash of what is applied, by which a slip of an editor is told; no seal against somebody who means it.
  private static func checksum(of document: YAMLValue, flags: YAMLValue?, texts: YAMLValue?) -> String {
    let parts = [document, flags ?? .null, texts ?? .null].map(JSONWriter.compact)
    return String(StableHash.value(of: parts.joined(separator: "\n")), radix: 16)
  }

  // MARK: - Reading

  /// Reads a file.
  ///
  /// - Throws: `PlanFileError` if it is no plan, one of another format, or not as pobsync wrote it. Whether what it
  ///   rests on is still so, and whether its spec is right, is not looked at.
  package init(reading source: SourceText) throws(PlanFileError) {
    guard let plan = (try? YAML.parse(source, limits: Self.limits))?.first?.value,
      plan["format"]?.text == Self.format
    else { throw .notAPlan }
    guard let version = plan["format_version"]?.integer else { throw .damaged("it lacks its `format_version`") }
    guard version == Self.formatVersion else { throw .otherFormat(version) }

    func member<Value>(_ key: String, _ value: Value?) throws(PlanFileError) -> Value {
      guard let value else { throw .damaged("its `\(key)` is missing, or not what it should be") }
      return value
    }
    createdAt = try member("created_at", plan["created_at"]?.text.flatMap(Timestamp.date))
    let name = try member("set", plan["set"]?.text)
    set = try member("set", name.isEmpty || ReservedSource(rawValue: name) != nil ? nil : name)
    options = try member("options", plan["options"].flatMap(ApplyOptions.init(reading:)))
    basis = try member("rests_on", plan["rests_on"].flatMap(PlanBasis.init(reading:)))
    files = try member("files", plan["files"].flatMap(Self.texts))
    report = try member("report", plan["report"]?.pairs)
    document = try member("spec", plan["spec"].flatMap { $0.pairs == nil ? nil : $0 })
    guard plan["checksum"]?.text == Self.checksum(of: document, flags: plan["options"], texts: plan["files"]) else {
      throw .damaged("its spec, its options or its files have been altered")
    }
  }

  /// True if a text is a plan, of whatever format.
  package static func isPlan(_ source: SourceText) -> Bool {
    (try? YAML.parse(source, limits: limits))?.first?.value["format"]?.text == format
  }

  /// A plan holds a whole fleet's spec two times over, and what becomes of each host.
  private static var limits: YAMLLimits {
    var limits = YAMLLimits.spec
    limits.maxBytes = maxBytes
    limits.maxNodes = 50_000_000
    return limits
  }

  /// The most bytes that a plan may have.
  package static let maxBytes = 512 << 20

  private static func texts(_ value: YAMLValue) -> [SourceText]? {
    guard case .list(let items) = value else { return nil }
    let files = items.compactMap { item -> SourceText? in
      guard let name = item["file"]?.text, let content = item["content"]?.text else { return nil }
      return SourceText(name: name, content)
    }
    return files.count == items.count ? files : nil
  }

  private static let resourcesInAText = 1000

  /// The document in parts, none of which is too large for a spec file.
  private var specTexts: [SourceText] {
    let sections = document.pairs ?? []
    let head = sections.filter { $0.key == "version" }
    func text(_ section: [YAMLPair]) -> SourceText {
      SourceText(name: "the plan's spec", YAMLWriter.write(.map(head + section)))
    }
    return [text([])]
      + sections.filter { $0.key != "version" }.flatMap { section -> [SourceText] in
        guard let members = section.value.pairs, members.count > Self.resourcesInAText else { return [text([section])] }
        return stride(from: 0, to: members.count, by: Self.resourcesInAText).map { start in
          let part = members[start..<min(start + Self.resourcesInAText, members.count)]
          return text([YAMLPair(section.key, .map(Array(part)))])
        }
      }
  }
}

/// Why a file cannot be applied as a plan.
package enum PlanFileError: Error, Sendable, Hashable, CustomStringConvertible {
  case notAPlan
  /// Of a format that this version does not know.
  case otherFormat(Int64)
  /// Not as pobsync wrote it, and in what.
  case damaged(String)

  /// As part of a sentence that begins with the file's name.
  package var description: String {
    switch self {
    case .notAPlan:
      "is not a plan, or not a whole one; `pobsync diff -f … --out FILE` makes plans, and spec files go with -f"
    case .otherFormat(let version):
      "is a plan of format \(version), and this version of pobsync knows format \(PlanFile.formatVersion); "
        + "make a new plan"
    case .damaged(let problem): "is not as pobsync wrote it: \(problem); make a new plan"
    }
  }
}

extension ApplyOptions {
  fileprivate init?(reading value: YAMLValue) {
    guard case .bool(let prune)? = value["prune"], case .bool(let takeOver)? = value["take_over"] else { return nil }
    let removals: Int?
    switch value["max_removals"] {
    case .null?: removals = nil
    case .int(let number)? where number >= 0: removals = Int(number)
    default: return nil
    }
    guard case .list(let moves)? = value["moved"] else { return nil }
    let moved = moves.compactMap { move -> HostMove? in
      guard let from = move["from"]?.text, let to = move["to"]?.text, let from = try? HostName(text: from),
        let to = try? HostName(text: to)
      else { return nil }
      return HostMove(from: from, to: to)
    }
    guard moved.count == moves.count else { return nil }
    self.init(prune: prune, takeOver: takeOver, maxRemovals: removals, moved: moved)
  }
}

extension PlanBasis {
  fileprivate init?(reading value: YAMLValue) {
    guard let revision = value["spec_revision"]?.integer, let pairs = value["hosts"]?.pairs else { return nil }
    var hosts: [HostName: Int64] = [:]
    for pair in pairs {
      guard let host = try? HostName(text: pair.key), let revision = pair.value.integer else { return nil }
      hosts[host] = revision
    }
    guard let everything = value["all_hosts"]?.integer else { return nil }
    self.init(revision: revision, hosts: hosts, everything: everything)
  }
}

extension YAMLValue {
  /// The members of a map.
  fileprivate var pairs: [YAMLPair]? { if case .map(let pairs) = self { pairs } else { nil } }
}
