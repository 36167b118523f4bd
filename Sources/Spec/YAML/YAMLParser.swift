// Reading YAML: libyaml's events composed into nodes, with everything that could be a trap bounded or reported.

/// What a document may cost at most, so that no file can exhaust memory, stack or patience.
package struct YAMLLimits: Sendable {
  package var maxBytes = 8 * 1024 * 1024
  /// How deep lists and maps may nest, aliases expanded.
  package var maxDepth = 64
  /// How many aliases a file may hold.
  package var maxAliasExpansions = 10_000
  /// How many nodes a file may hold, aliases expanded.
  package var maxNodes = 1_000_000
  /// After so many complaints the rest of a file is left unread.
  package var maxComplaints = 100

  package init() {}

  /// The limits for spec files.
  package static let spec = YAMLLimits()
}

package enum YAML {
  /// Reads a file's documents; one that holds nothing at all, such as that of an empty file, is left out.
  ///
  /// - Throws: every complaint about the file; a syntax error is the last, as nothing behind it can be read.
  package static func parse(_ source: SourceText, limits: YAMLLimits = .spec) throws(Diagnostics) -> [YAMLNode] {
    if let refusal = refusal(of: source, limits) {
      throw Diagnostics([Diagnostic(.error, refusal.message, hint: refusal.hint, in: source, at: .fileStart)])
    }
    var composer = Composer(source, limits)
    let documents = try? composer.documents()
    guard let documents, composer.complaints.isEmpty else { throw Diagnostics(composer.complaints) }
    return documents
  }

  /// Why a file is not even begun.
  private static func refusal(of source: SourceText, _ limits: YAMLLimits) -> (message: String, hint: String)? {
    if source.bytes.count > limits.maxBytes {
      return ("the file is larger than \(limits.maxBytes) bytes", "split it into several")
    }
    if source.bytes.starts(with: [0xFF, 0xFE]) || source.bytes.starts(with: [0xFE, 0xFF]) {
      return ("the file is UTF-16 or UTF-32", "save it as UTF-8")
    }
    return nil
  }
}

/// Composes the nodes of one file. Complaints are collected; what cannot be composed counts as null until the end.
private struct Composer: ~Copyable {
  /// A node with what it counts for where it is used again.
  private struct Composed {
    var node: YAMLNode
    /// Nodes in it, aliases expanded.
    var size = 1
    /// Levels of lists and maps in it.
    var height = 0
  }

  private enum Anchor {
    /// Begun, not ended: an alias to it would hold itself.
    case open
    case complete(Composed)
  }

  /// Thrown when a complaint ends the reading; the complaint itself is in the list.
  struct Stop: Error {}

  private(set) var complaints: [Diagnostic] = []
  private let source: SourceText
  private let limits: YAMLLimits
  private var events: YAMLEventReader
  private var anchors: [String: Anchor] = [:]
  /// Aliases that led nowhere, about which enough was said.
  private var unresolved: Set<SourceRange> = []
  private var aliases = 0
  private var nodes = 0

  init(_ source: SourceText, _ limits: YAMLLimits) {
    self.source = source
    self.limits = limits
    events = YAMLEventReader(source.bytes)
  }

  mutating func documents() throws(Stop) -> [YAMLNode] {
    var documents: [YAMLNode] = []
    while true {
      let event = try next()
      if event.kind == .streamEnd { return documents }
      guard event.kind == .documentStart else { continue }
      anchors = [:]
      let root = try next()
      let document = try compose(root, level: 0)
      if root.kind != .scalar("", plain: true) || root.tag != nil { documents.append(document.node) }
    }
  }

  private mutating func compose(_ event: YAMLEvent, level: Int) throws(Stop) -> Composed {
    if case .alias(let name) = event.kind { return try expand(name, event, level: level) }
    if let anchor = event.anchor { anchors[anchor] = .open }
    try count(1, at: event)
    let composed: Composed
    switch event.kind {
    case .sequenceStart: composed = try sequence(event, level: level)
    case .mappingStart: composed = try mapping(event, level: level)
    case .scalar(let text, let plain): composed = try scalar(text, plain, event)
    default: try stop("unexpected end of the file", at: event.range)
    }
    // An anchor of the same name further in is the later one, and stays.
    if let anchor = event.anchor, case .open = anchors[anchor] { anchors[anchor] = .complete(composed) }
    return composed
  }

  private mutating func scalar(_ text: String, _ plain: Bool, _ event: YAMLEvent) throws(Stop) -> Composed {
    let tag = try tag(of: event, among: Self.scalarTags)
    let node = YAMLNode(content: .scalar(text, plain: plain), range: event.range, tag: tag)
    let fits =
      switch tag {
      case "!!int": node.int != nil
      case "!!float": node.double != nil
      case "!!bool": node.bool != nil
      case "!!null": node.isNull
      default: true
      }
    if let tag, !fits { try complain("\(text.quoted) is not what its tag `\(tag)` says", at: event.range) }
    return Composed(node: node)
  }

  private mutating func sequence(_ start: YAMLEvent, level: Int) throws(Stop) -> Composed {
    try checkDepth(level + 1, at: start)
    let tag = try tag(of: start, among: ["!!seq"])
    var items: [YAMLNode] = []
    var (size, height) = (1, 1)
    while true {
      let event = try next()
      if event.kind == .collectionEnd {
        let range = range(from: start, to: event, last: items.last)
        let node = YAMLNode(content: .sequence(items), range: range, tag: tag)
        return Composed(node: node, size: size, height: height)
      }
      let item = try compose(event, level: level + 1)
      items.append(item.node)
      size += item.size
      height = max(height, item.height + 1)
    }
  }

  private mutating func mapping(_ start: YAMLEvent, level: Int) throws(Stop) -> Composed {
    try checkDepth(level + 1, at: start)
    let tag = try tag(of: start, among: ["!!map"])
    var own: [YAMLEntry] = []
    var inherited: [YAMLEntry] = []
    var lines: [String: Int] = [:]
    var last: YAMLNode?
    var (size, height) = (1, 1)
    while true {
      let event = try next()
      if event.kind == .collectionEnd {
        // What is written out wins over what is merged, and of that what comes first.
        var names = inherited.isEmpty ? [] : Set(own.compactMap(\.key.string))
        let merged = inherited.filter { names.insert($0.key.string ?? "").inserted }
        let range = range(from: start, to: event, last: last)
        let node = YAMLNode(content: .mapping(merged + own), range: range, tag: tag)
        return Composed(node: node, size: size, height: height)
      }
      let key = try compose(event, level: level + 1).node
      let value = try compose(next(), level: level + 1)
      last = value.node
      size += value.size + 1
      guard let name = key.string else {
        try complain("a key must be text, not \(key.noun)", at: key.range)
        continue
      }
      if let line = lines.updateValue(lines[name] ?? key.range.start.line, forKey: name) {
        try complain("duplicate key \(name.quoted), first at line \(line)", at: key.range)
      } else if key.isMergeKey {
        inherited = try entries(mergedFrom: value.node)
        // The entries move up a level, or two out of a list.
        height = max(height, value.height)
      } else {
        own.append(YAMLEntry(key: key, value: value.node))
        height = max(height, value.height + 1)
      }
    }
  }

  private mutating func entries(mergedFrom value: YAMLNode) throws(Stop) -> [YAMLEntry] {
    var merged: [YAMLEntry] = []
    let parts = if case .sequence(let items) = value.content { items } else { [value] }
    for part in parts where !unresolved.contains(part.range) {
      if case .mapping(let entries) = part.content {
        merged += entries
      } else {
        try complain(
          "`<<` merges maps, and this is \(part.noun)", hint: "write `<<: *name` or `<<: [*name, *other]`",
          at: part.range)
      }
    }
    return merged
  }

  private mutating func expand(_ name: String, _ alias: YAMLEvent, level: Int) throws(Stop) -> Composed {
    aliases += 1
    if aliases > limits.maxAliasExpansions {
      try stop("the file holds more than \(limits.maxAliasExpansions) aliases", at: alias.range)
    }
    switch anchors[name] {
    case .complete(var composed):
      try checkDepth(level + composed.height, at: alias)
      try count(composed.size, at: alias)
      composed.node = YAMLNode(content: composed.node.content, range: alias.range, tag: composed.node.tag)
      return composed
    case .open:
      try complain("the alias \("*\(name)".quoted) is used inside its own anchor", at: alias.range)
    case nil:
      // Looking for what was meant takes time: not in a file made to take it.
      let near = name.utf8.count <= 64 && anchors.count <= 100 ? nearest(to: name, among: anchors.keys) : nil
      try complain(
        "unknown alias \("*\(name)".quoted)",
        hint: near.map { "did you mean `*\($0)`?" } ?? "put text that begins with `*` in quotes", at: alias.range)
    }
    try count(1, at: alias)
    unresolved.insert(alias.range)
    return Composed(node: YAMLNode(content: .scalar("", plain: true), range: alias.range))
  }

  private static let scalarTags = ["!!str", "!!int", "!!float", "!!bool", "!!null", "!!merge"]

  /// A node's tag in its short form; the tag `!` says no more than that a scalar is text.
  private mutating func tag(of event: YAMLEvent, among known: [String]) throws(Stop) -> String? {
    guard var tag = event.tag else { return nil }
    let core = "tag:yaml.org,2002:"
    if tag.hasPrefix(core) { tag = "!!" + tag.dropFirst(core.count) }
    if tag == "!" { return known.contains("!!str") ? "!!str" : nil }
    if known.contains(tag) { return tag }
    try complain(
      "the tag \(tag.quoted) means nothing here", hint: "put text that begins with `!` in quotes", at: event.range)
    return nil
  }

  /// libyaml ends a block collection only where the next thing begins, perhaps lines below.
  private func range(from start: YAMLEvent, to end: YAMLEvent, last: YAMLNode?) -> SourceRange {
    SourceRange(start: start.range.start, end: start.isFlow ? end.range.end : last?.range.end ?? start.range.end)
  }

  private mutating func next() throws(Stop) -> YAMLEvent {
    do throws(YAMLFailure) {
      return try events.next()
    } catch {
      complaints.append(error.diagnostic(in: source))
      throw Stop()
    }
  }

  private mutating func checkDepth(_ depth: Int, at event: YAMLEvent) throws(Stop) {
    guard depth > limits.maxDepth else { return }
    try stop("lists and maps are nested more than \(limits.maxDepth) levels deep", at: event.range)
  }

  private mutating func count(_ more: Int, at event: YAMLEvent) throws(Stop) {
    nodes += more
    guard nodes > limits.maxNodes else { return }
    try stop("the file holds more than \(limits.maxNodes) values, aliases expanded", at: event.range)
  }

  private mutating func complain(_ message: String, hint: String? = nil, at range: SourceRange) throws(Stop) {
    complaints.append(Diagnostic(.error, message, hint: hint, in: source, at: range))
    guard complaints.count >= limits.maxComplaints else { return }
    try stop("too many errors; the rest of the file was not read", at: range)
  }

  private mutating func stop(_ message: String, at range: SourceRange) throws(Stop) -> Never {
    complaints.append(Diagnostic(.error, message, in: source, at: range))
    throw Stop()
  }
}

extension YAMLNode {
  fileprivate var isMergeKey: Bool {
    guard case .scalar("<<", let plain) = content else { return false }
    return tag.map { $0 == "!!merge" } ?? plain
  }
}
