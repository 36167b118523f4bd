// Moves: hosts that were called something else before, as declared, and what is wrong with such declarations.

/// One entry of `moved`.
package struct HostMove: Sendable, Hashable {
  package var from: HostName
  package var to: HostName

  package init(from: HostName, to: HostName) {
    self.from = from
    self.to = to
  }

  fileprivate static let blank = HostMove(from: .standIn, to: .standIn)

  fileprivate static let fields: [Field<HostMove>] = [
    Field(required: "from", \.from, .text, "The name that the host had before"),
    Field(required: "to", \.to, .text, "The name under which it is declared now"),
  ]

  /// The JSON Schema of the key `moved`.
  static let schema = YAMLValue.object([
    "type": .list([.string("array"), .string("null")]), "items": fields.schema(),
  ])
}

/// The moves that the documents of a spec declare, with their places.
struct PlacedMoves {
  private struct Entry {
    let move: HostMove
    let source: SourceText
    let from: SourceRange
    let to: SourceRange

    init?(_ node: YAMLNode, _ decoding: inout Decoding) {
      let before = decoding.diagnostics.count
      var move = HostMove.blank
      HostMove.fields.decode(node, &decoding, into: &move)
      guard decoding.diagnostics.count == before, case .mapping(let entries) = node.content else { return nil }
      func place(of key: String) -> SourceRange { entries.first { $0.key.string == key }?.value.range ?? node.range }
      self.move = move
      source = decoding.source
      from = place(of: "from")
      to = place(of: "to")
    }
  }

  private var entries: [Entry] = []

  /// Reads the value of one document's `moved`.
  mutating func read(_ node: YAMLNode, _ decoding: inout Decoding) {
    guard !node.isNull else { return }
    guard case .sequence(let nodes) = node.content else {
      decoding.record("`moved` must be a list such as `[{from: web1, to: web-1}]`, not \(node.noun)", at: node)
      return
    }
    for (index, item) in nodes.enumerated() {
      let entry = decoding.inside("moved") { $0.inside("\(index)") { Entry(item, &$0) } }
      if let entry { entries.append(entry) }
    }
  }

  /// The moves, of which those that build on each other lead to the last name at once: whichever of its names a host
  /// has, it becomes that.
  var resolved: [HostMove] {
    entries.compactMap { entry in end(of: entry.move).map { HostMove(from: entry.move.from, to: $0) } }
  }

  /// What is wrong with the moves taken together.
  /// - Parameter declared: the hosts of all files.
  func complaints(declared: some Collection<HostName>) -> [Diagnostic] {
    let declared = Set(declared)
    var complaints: [Diagnostic] = []
    var (formers, latters): (Set<HostName>, Set<HostName>) = ([], [])
    for entry in entries {
      let (from, to) = (entry.move.from, entry.move.to)
      func complain(_ message: String, hint: String, at range: SourceRange) {
        complaints.append(Diagnostic(.error, message, hint: hint, in: entry.source, at: range))
      }
      guard from != to else {
        complain("`moved` moves host \(quoted(from)) to itself", hint: "remove the entry", at: entry.to)
        continue
      }
      if !formers.insert(from).inserted {
        complain("`moved` moves host \(quoted(from)) twice", hint: "keep one of the entries", at: entry.from)
      }
      if !latters.insert(to).inserted {
        complain("`moved` moves two hosts to \(quoted(to))", hint: "a host has one name at a time", at: entry.to)
      }
      if declared.contains(from) {
        complain(
          "host \(quoted(from)) is declared in these files, though `moved` says that it is \(quoted(to)) now",
          hint: "remove it under `hosts`, or the entry of `moved`", at: entry.from)
      }
      guard let end = end(of: entry.move) else {
        complain("`moved` moves host \(quoted(from)) in a circle", hint: "keep the latest move only", at: entry.to)
        continue
      }
      if end == to, !declared.contains(to) {
        let near = nearest(to: to.description, among: declared.map(\.description))
        complain(
          "`moved` moves host \(quoted(from)) to \(quoted(to)), which these files do not declare",
          hint: near.map { "did you mean \($0.quoted)?" } ?? "declare it under `hosts`", at: entry.to)
      }
    }
    return complaints
  }

  /// The last of the names that a host was given; nil if that is never reached.
  private func end(of move: HostMove) -> HostName? {
    let targets = Dictionary(entries.map { ($0.move.from, $0.move.to) }) { first, _ in first }
    var seen: Set = [move.from]
    var name = move.to
    while let next = targets[name] {
      guard seen.insert(name).inserted else { return nil }
      name = next
    }
    return name
  }

  private func quoted(_ name: HostName) -> String { name.description.quoted }
}
