// libyaml's parser as Swift sees it: a stream of events, or the reason why there are no more.

import CLibYAML

/// One step of a document.
struct YAMLEvent {
  enum Kind: Equatable {
    case documentStart, streamEnd
    case alias(String)
    case scalar(String, plain: Bool)
    case sequenceStart, mappingStart, collectionEnd
    /// Steps that say nothing to us: the stream's start, a document's end.
    case other
  }

  let kind: Kind
  let range: SourceRange
  var anchor: String?
  var tag: String?
  /// True at the start of a collection in brackets or braces.
  var isFlow = false
}

/// Where and why libyaml gave up, in its own terms.
struct YAMLFailure: Error {
  enum Kind {
    /// The bytes are not text; `offset` is where.
    case reading(offset: Int, value: Int)
    case syntax
    case memory
  }

  let kind: Kind
  let problem: String
  let place: SourcePosition
  /// What libyaml was doing, and where that began.
  let context: String?
  let contextPlace: SourcePosition
}

/// Owns a libyaml parser, which must not move in memory while it is used, and the bytes that it reads from.
struct YAMLEventReader: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let isReady: Bool

  init(_ bytes: [UInt8]) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    // libyaml asserts that there is an input, so even nothing needs an address.
    input = .allocate(capacity: max(bytes.count, 1))
    _ = input.initialize(from: bytes)
    isReady = yaml_parser_initialize(parser) == 1
    if isReady {
      yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }
  }

  deinit {
    if isReady { yaml_parser_delete(parser) }
    parser.deallocate()
    input.deallocate()
  }

  /// The next event; after the last one `streamEnd` for ever.
  mutating func next() throws(YAMLFailure) -> YAMLEvent {
    var event = yaml_event_t()
    guard isReady, yaml_parser_parse(parser, &event) == 1 else { throw failure() }
    defer { yaml_event_delete(&event) }
    return YAMLEvent(event)
  }

  private func failure() -> YAMLFailure {
    let state = parser.pointee
    let kind: YAMLFailure.Kind =
      switch state.error {
      case YAML_READER_ERROR:
        .reading(offset: Int(clamping: state.problem_offset), value: Int(state.problem_value))
      case YAML_SCANNER_ERROR, YAML_PARSER_ERROR: .syntax
      default: .memory
      }
    return YAMLFailure(
      kind: kind, problem: state.problem.map { String(cString: $0) } ?? "", place: SourcePosition(state.problem_mark),
      context: state.context.map { String(cString: $0) }, contextPlace: SourcePosition(state.context_mark))
  }
}

extension YAMLEvent {
  fileprivate init(_ event: yaml_event_t) {
    range = SourceRange(start: SourcePosition(event.start_mark), end: SourcePosition(event.end_mark))
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      kind = .documentStart
    case YAML_ALIAS_EVENT:
      kind = .alias(text(event.data.alias.anchor) ?? "")
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      // The text may hold NUL characters, written as `\0`.
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      kind = .scalar(String(decoding: bytes, as: UTF8.self), plain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      (anchor, tag) = (text(scalar.anchor), text(scalar.tag))
    case YAML_SEQUENCE_START_EVENT:
      let sequence = event.data.sequence_start
      kind = .sequenceStart
      (anchor, tag) = (text(sequence.anchor), text(sequence.tag))
      isFlow = sequence.style == YAML_FLOW_SEQUENCE_STYLE
    case YAML_MAPPING_START_EVENT:
      let mapping = event.data.mapping_start
      kind = .mappingStart
      (anchor, tag) = (text(mapping.anchor), text(mapping.tag))
      isFlow = mapping.style == YAML_FLOW_MAPPING_STYLE
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
      kind = .collectionEnd
    case YAML_STREAM_END_EVENT, YAML_NO_EVENT:
      kind = .streamEnd
    default:
      kind = .other
    }
  }
}

private func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
  pointer.map { String(cString: $0) }
}

extension SourcePosition {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
  }
}
