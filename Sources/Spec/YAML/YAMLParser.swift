// Reading YAML: libyaml's events become node trees, within bounds on size, depth and alias expansion.

import CLibYAML

/// How much a text may ask of its reader.
package struct YAMLLimits: Sendable, Hashable {
  package var maxBytes = 8 << 20
  package var maxDepth = 64
  package var maxAliases = 10_000
  /// Nodes after aliases are expanded: this is what stops "a billion laughs".
  package var maxNodes = 1_000_000

  package static let spec = YAMLLimits()
}

package enum YAML {
  /// Reads a text of any number of documents.
  ///
  /// - Returns: the root of each document; a document that is empty has a null scalar as its root.
  /// - Throws: `Diagnostics`: everything that is wrong with keys and aliases, or the one thing that stopped the parser.
  package static func parse(_ source: SourceText, limits: YAMLLimits = .spec) throws(Diagnostics) -> [YAMLNode] {
    guard source.bytes.count <= limits.maxBytes else {
      let start = SourcePosition(line: 1, column: 1)
      throw Diagnostics([
        Diagnostic(
          .error, "the file is larger than \(limits.maxBytes) bytes", hint: "split it; `-f` may be repeated",
          in: SourceText(name: source.name, bytes: []), at: SourceRange(start: start, end: start))
      ])
    }
    let parser = EventParser(source)
    var composer = Composer(source: source, limits: limits)
    do throws(Stop) {
      let documents = try composer.documents(parser)
      guard composer.diagnostics.isEmpty else { throw Stop(nil) }
      return documents
    } catch {
      throw Diagnostics(composer.diagnostics + [error.diagnostic].compactMap(\.self))
    }
  }
}

/// Ends composing, with the reason unless it has been recorded already.
private struct Stop: Error {
  let diagnostic: Diagnostic?
  init(_ diagnostic: Diagnostic?) { self.diagnostic = diagnostic }
}

// MARK: - Events

/// An event of libyaml as a Swift value.
private struct Event {
  enum Kind {
    case streamStart, streamEnd, documentStart, documentEnd
    case alias(String)
    case scalar(String, plain: Bool)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
  }

  let kind: Kind
  let anchor: String?
  let tag: String?
  let range: SourceRange
}

/// Owns a libyaml parser over a text. The parser and the bytes stay at one address for as long as it lives.
private final class EventParser {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let source: SourceText

  init(_ source: SourceText) {
    self.source = source
    parser = .allocate(capacity: 1)
    input = .allocate(capacity: source.bytes.count)
    _ = input.initialize(from: source.bytes)
    yaml_parser_initialize(parser)
    // Only UTF-8 is read: libyaml would guess UTF-16 from a byte order mark.
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    let bom: [UInt8] = [0xEF, 0xBB, 0xBF]
    let skip = source.bytes.starts(with: bom) ? bom.count : 0
    yaml_parser_set_input_string(parser, input.baseAddress.map { $0 + skip }, input.count - skip)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    input.deallocate()
  }

  func next() throws(Stop) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw Stop(failure) }
    defer { yaml_event_delete(&event) }
    let range = SourceRange(start: Self.position(event.start_mark), end: Self.position(event.end_mark))
    func make(_ kind: Event.Kind, anchor: UnsafeMutablePointer<UInt8>? = nil, tag: UnsafeMutablePointer<UInt8>? = nil) -> Event {
      Event(kind: kind, anchor: anchor.map { String(cString: $0) }, tag: tag.map { String(cString: $0) }, range: range)
    }
    switch event.type {
    case YAML_STREAM_START_EVENT: return make(.streamStart)
    case YAML_DOCUMENT_START_EVENT: return make(.documentStart)
    case YAML_DOCUMENT_END_EVENT: return make(.documentEnd)
    case YAML_ALIAS_EVENT: return make(.alias(event.data.alias.anchor.map { String(cString: $0) } ?? ""))
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      return make(.scalar(text, plain: scalar.style == YAML_PLAIN_SCALAR_STYLE), anchor: scalar.anchor, tag: scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      return make(.sequenceStart, anchor: event.data.sequence_start.anchor, tag: event.data.sequence_start.tag)
    case YAML_SEQUENCE_END_EVENT: return make(.sequenceEnd)
    case YAML_MAPPING_START_EVENT:
      return make(.mappingStart, anchor: event.data.mapping_start.anchor, tag: event.data.mapping_start.tag)
    case YAML_MAPPING_END_EVENT: return make(.mappingEnd)
    default: return make(.streamEnd)
    }
  }

  private static func position(_ mark: yaml_mark_t) -> SourcePosition {
    SourcePosition(line: mark.line + 1, column: mark.column + 1)
  }

  /// What stopped libyaml, in words.
  private var failure: Diagnostic {
    let state = parser.pointee
    let problem = state.problem.map { String(cString: $0) } ?? "the text is not YAML"
    if state.error == YAML_READER_ERROR {
      // The mark of a reader error is not set; the offset is.
      let place = source.position(ofByte: state.problem_offset)
      let range = SourceRange(start: place, end: place)
      let byte = String(UInt32(bitPattern: state.problem_value), radix: 16)
      let isControl = problem.contains("control characters")
      return Diagnostic(
        .error,
        isControl ? "a control character (U+\(byte)) cannot stand in YAML" : "the text is not UTF-8 (byte 0x\(byte))",
        hint: isControl ? "remove it" : "save the file as UTF-8", in: source, at: range)
    }
    let place = Self.position(state.problem_mark)
    let context = state.context.map { " " + String(cString: $0) } ?? ""
    let isTab = problem.contains("cannot start any token") && source.line(place.line)?.contains("\t") == true
    return Diagnostic(
      .error, isTab ? "a tab cannot indent YAML" : "\(problem)\(context)", hint: isTab ? "indent with blanks" : nil,
      in: source, at: SourceRange(start: place, end: SourcePosition(line: place.line, column: place.column + 1)))
  }
}

// MARK: - Composing

/// Builds trees from events.
private struct Composer {
  let source: SourceText
  let limits: YAMLLimits
  var diagnostics: [Diagnostic] = []
  private var anchors: [String: Anchored] = [:]
  private var aliases = 0
  private var nodes = 0

  private struct Anchored {
    let node: YAMLNode
    let size: Int
    let depth: Int
  }

  /// A node with how many nodes it is and how deep it goes, aliases expanded.
  private struct Built {
    let node: YAMLNode
    let size: Int
    let depth: Int
  }

  init(source: SourceText, limits: YAMLLimits) {
    self.source = source
    self.limits = limits
  }

  mutating func documents(_ parser: EventParser) throws(Stop) -> [YAMLNode] {
    var documents: [YAMLNode] = []
    while true {
      let event = try parser.next()
      switch event.kind {
      case .streamEnd: return documents
      case .documentStart:
        anchors = [:]
        documents.append(try node(try parser.next(), parser, depth: 1).node)
      default: continue
      }
    }
  }

  private mutating func node(_ event: Event, _ parser: EventParser, depth: Int) throws(Stop) -> Built {
    guard depth <= limits.maxDepth else {
      throw stop("the text is nested deeper than \(limits.maxDepth) levels", at: event.range)
    }
    if case .alias(let name) = event.kind { return try alias(name, event, depth: depth) }
    try count(1, at: event.range)
    // While an anchored node is being built its anchor means nothing, so a node cannot contain itself.
    if let anchor = event.anchor { anchors[anchor] = nil }
    let built: Built
    switch event.kind {
    case .scalar(let text, let plain):
      let tagged = try resolve(tag: event.tag, plain: plain, at: event.range)
      built = Built(node: YAMLNode(content: .scalar(text, plain: tagged), range: event.range), size: 1, depth: 1)
    case .sequenceStart:
      try check(tag: event.tag, is: "seq", at: event.range)
      built = try sequence(event, parser, depth: depth)
    default:
      try check(tag: event.tag, is: "map", at: event.range)
      built = try mapping(event, parser, depth: depth)
    }
    if let anchor = event.anchor { anchors[anchor] = Anchored(node: built.node, size: built.size, depth: built.depth) }
    return built
  }

  private mutating func sequence(_ start: Event, _ parser: EventParser, depth: Int) throws(Stop) -> Built {
    var children: [YAMLNode] = []
    var size = 1
    var height = 0
    while true {
      let event = try parser.next()
      if case .sequenceEnd = event.kind {
        let range = SourceRange(start: start.range.start, end: event.range.end)
        return Built(node: YAMLNode(content: .sequence(children), range: range), size: size, depth: height + 1)
      }
      let child = try node(event, parser, depth: depth + 1)
      children.append(child.node)
      size += child.size
      height = max(height, child.depth)
    }
  }

  private mutating func mapping(_ start: Event, _ parser: EventParser, depth: Int) throws(Stop) -> Built {
    var entries: [YAMLEntry] = []
    var merged: [YAMLEntry] = []
    var lines: [String: Int] = [:]
    var size = 1
    var height = 0
    while true {
      let event = try parser.next()
      if case .mappingEnd = event.kind {
        let range = SourceRange(start: start.range.start, end: event.range.end)
        let own = entries + merged.filter { lines[$0.key.string ?? ""] == nil }
        return Built(node: YAMLNode(content: .mapping(own), range: range), size: size, depth: height + 1)
      }
      let key = try node(event, parser, depth: depth + 1).node
      let value = try node(try parser.next(), parser, depth: depth + 1)
      size += 1 + value.size
      height = max(height, value.depth)
      guard let name = key.string else {
        complain("a key must be a plain name, not \(key.noun)", at: key.range)
        continue
      }
      if name == "<<", case .scalar(_, plain: true) = key.content {
        merge(value.node, into: &merged)
      } else if let first = lines[name] {
        complain("duplicate key \(name.quoted), first at line \(first)", at: key.range)
      } else {
        lines[name] = key.range.start.line
        entries.append(YAMLEntry(key: key, value: value.node))
      }
    }
  }

  /// `<<: *a` and `<<: [*a, *b]`: the keys of the maps, of which earlier ones win.
  private mutating func merge(_ node: YAMLNode, into merged: inout [YAMLEntry]) {
    switch node.content {
    case .mapping(let entries):
      for entry in entries where !merged.contains(where: { $0.key.string == entry.key.string }) { merged.append(entry) }
    case .sequence(let maps):
      for map in maps {
        guard case .mapping = map.content else {
          complain("`<<` merges maps only, not \(map.noun)", at: map.range)
          continue
        }
        merge(map, into: &merged)
      }
    case .scalar: complain("`<<` merges maps only, not \(node.noun)", at: node.range)
    }
  }

  private mutating func alias(_ name: String, _ event: Event, depth: Int) throws(Stop) -> Built {
    aliases += 1
    guard aliases <= limits.maxAliases else {
      throw stop("the text uses more than \(limits.maxAliases) aliases", at: event.range)
    }
    guard let anchored = anchors[name] else {
      complain("the alias `*\(name.prefix(40))` has no anchor before it", at: event.range)
      return Built(node: YAMLNode(content: .scalar("", plain: true), range: event.range), size: 1, depth: 1)
    }
    guard depth + anchored.depth - 1 <= limits.maxDepth else {
      throw stop("the text is nested deeper than \(limits.maxDepth) levels", at: event.range)
    }
    try count(anchored.size, at: event.range)
    return Built(
      node: YAMLNode(content: anchored.node.content, range: event.range), size: anchored.size, depth: anchored.depth)
  }

  private mutating func count(_ more: Int, at range: SourceRange) throws(Stop) {
    nodes += more
    guard nodes <= limits.maxNodes else {
      throw stop("the text has more than \(limits.maxNodes) nodes, aliases expanded", at: range)
    }
  }

  /// Whether a scalar is read as a plain one. A tag says what a scalar is whatever its quotes.
  private mutating func resolve(tag: String?, plain: Bool, at range: SourceRange) throws(Stop) -> Bool {
    switch tag {
    case nil: return plain
    case "!", "tag:yaml.org,2002:str": return false
    case "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float": return true
    case let tag?:
      complain("the tag `\(tag.prefix(60))` means nothing here", hint: "remove it", at: range)
      return plain
    }
  }

  private mutating func check(tag: String?, is name: String, at range: SourceRange) throws(Stop) {
    guard let tag, tag != "tag:yaml.org,2002:\(name)" else { return }
    complain("the tag `\(tag.prefix(60))` means nothing here", hint: "remove it", at: range)
  }

  private mutating func complain(_ message: String, hint: String? = nil, at range: SourceRange) {
    diagnostics.append(Diagnostic(.error, message, hint: hint, in: source, at: range))
  }

  private func stop(_ message: String, at range: SourceRange) -> Stop {
    Stop(Diagnostic(.error, message, in: source, at: range))
  }
}
