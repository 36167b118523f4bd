// Reading JSON, strictly and within bounds: what programs send, and what another pobsync answers. YAML would let more
// pass, and less: it knows no surrogate pairs, by which other programs write what is beyond Unicode's first plane.

/// What is wrong with a JSON text, and where.
package struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
  package let message: String
  package let position: SourcePosition

  package var description: String { "line \(position.line), column \(position.column): \(message)" }
}

package enum JSONReader {
  /// How deep lists and maps may nest.
  package static let maxDepth = 64

  /// Reads a text that holds one value.
  ///
  /// - Parameter maxValues: how many values it may hold.
  /// - Throws: `JSONError` for what is not JSON as RFC 8259 has it, and besides for a key that stands twice, a whole number
  ///   beyond 64 bits, a number that is none, and a NUL.
  package static func read(_ bytes: [UInt8], maxValues: Int = 1_000_000) throws(JSONError) -> YAMLValue {
    var scanner = JSONScanner(bytes, maxValues: maxValues)
    return try scanner.document()
  }
}

private struct JSONScanner {
  private let bytes: [UInt8]
  private var place: Int
  private var left: Int

  init(_ bytes: [UInt8], maxValues: Int) {
    self.bytes = bytes
    place = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    left = maxValues
  }

  mutating func document() throws(JSONError) -> YAMLValue {
    let value = try value(level: 0)
    skipBlanks()
    guard place == bytes.count else { throw wrong("there is more behind the value") }
    return value
  }

  private func wrong(_ message: String, at place: Int? = nil) -> JSONError {
    let source = SourceText(name: "JSON", bytes: Array(bytes.prefix((place ?? self.place) + 1)))
    return JSONError(message: message, position: source.position(ofByte: place ?? self.place))
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  private mutating func skipBlanks() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
  }

  private mutating func skip(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    place += 1
    return true
  }

  private mutating func value(level: Int) throws(JSONError) -> YAMLValue {
    skipBlanks()
    left -= 1
    guard left >= 0 else { throw wrong("there are too many values") }
    guard let byte = next else { throw wrong("the text ends where a value should be") }
    switch byte {
    case UInt8(ascii: "{"): return try map(level: level + 1)
    case UInt8(ascii: "["): return try list(level: level + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    default: return try word()
    }
  }

  private mutating func word() throws(JSONError) -> YAMLValue {
    for (word, value) in [("true", YAMLValue.bool(true)), ("false", .bool(false)), ("null", .null)]
    where bytes[place...].starts(with: word.utf8) {
      place += word.utf8.count
      return value
    }
    throw wrong("this is no value")
  }

  // MARK: - Lists and maps

  private func checkDepth(_ level: Int) throws(JSONError) {
    guard level <= JSONReader.maxDepth else {
      throw wrong("lists and maps are nested more than \(JSONReader.maxDepth) levels deep")
    }
  }

  private mutating func list(level: Int) throws(JSONError) -> YAMLValue {
    try checkDepth(level)
    place += 1
    var items: [YAMLValue] = []
    skipBlanks()
    if skip(UInt8(ascii: "]")) { return .list(items) }
    while true {
      items.append(try value(level: level))
      skipBlanks()
      if skip(UInt8(ascii: "]")) { return .list(items) }
      guard skip(UInt8(ascii: ",")) else { throw wrong("a list goes on with a comma, or ends with `]`") }
    }
  }

  private mutating func map(level: Int) throws(JSONError) -> YAMLValue {
    try checkDepth(level)
    place += 1
    var members: [YAMLPair] = []
    var keys: Set<String> = []
    skipBlanks()
    if skip(UInt8(ascii: "}")) { return .map(members) }
    while true {
      skipBlanks()
      let start = place
      guard next == UInt8(ascii: "\"") else { throw wrong("a key is a text in quotes") }
      let key = try string()
      guard keys.insert(key).inserted else { throw wrong("the key \(key.quoted) stands twice", at: start) }
      skipBlanks()
      guard skip(UInt8(ascii: ":")) else { throw wrong("a colon follows a key") }
      members.append(YAMLPair(key, try value(level: level)))
      skipBlanks()
      if skip(UInt8(ascii: "}")) { return .map(members) }
      guard skip(UInt8(ascii: ",")) else { throw wrong("a map goes on with a comma, or ends with `}`") }
    }
  }

  // MARK: - Numbers

  private mutating func digits() -> Bool {
    let start = place
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { place += 1 }
    return place > start
  }

  private mutating func number() throws(JSONError) -> YAMLValue {
    let start = place
    _ = skip(UInt8(ascii: "-"))
    if !skip(UInt8(ascii: "0")), !digits() { throw wrong("a number has digits") }
    var isWhole = true
    if skip(UInt8(ascii: ".")) {
      isWhole = false
      guard digits() else { throw wrong("digits follow the point of a number") }
    }
    if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
      isWhole = false
      if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
      guard digits() else { throw wrong("digits follow the exponent of a number") }
    }
    let text = String(decoding: bytes[start..<place], as: UTF8.self)
    if isWhole {
      guard let number = Int64(text) else { throw wrong("\(text.quoted) is too large a number", at: start) }
      return .int(number)
    }
    guard let number = Double(text), number.isFinite else {
      throw wrong("\(text.quoted) is too large a number", at: start)
    }
    return .double(number)
  }

  // MARK: - Texts

  private mutating func string() throws(JSONError) -> String {
    let start = place
    place += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        place += 1
        guard let string = String(validating: text, as: UTF8.self) else {
          throw wrong("the text is not UTF-8", at: start)
        }
        return string
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw wrong("control characters are written with a backslash")
      default:
        text.append(byte)
        place += 1
      }
    }
    throw wrong("the text in quotes does not end", at: start)
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
    let start = place
    place += 1
    guard let byte = next else { throw wrong("the text in quotes does not end", at: start) }
    let simple: UInt8
    switch byte {
    case UInt8(ascii: "\""): simple = UInt8(ascii: "\"")
    case UInt8(ascii: "\\"): simple = UInt8(ascii: "\\")
    case UInt8(ascii: "/"): simple = UInt8(ascii: "/")
    case UInt8(ascii: "b"): simple = 0x08
    case UInt8(ascii: "f"): simple = 0x0C
    case UInt8(ascii: "n"): simple = 0x0A
    case UInt8(ascii: "r"): simple = 0x0D
    case UInt8(ascii: "t"): simple = 0x09
    case UInt8(ascii: "u"):
      text += Array(String(try scalar(from: start)).utf8)
      return
    default: throw wrong("no such escape", at: start)
    }
    text.append(simple)
    place += 1
  }

  /// The character that `\uXXXX` means, or two of them that are a surrogate pair.
  private mutating func scalar(from start: Int) throws(JSONError) -> Character {
    var code = try unit(from: start)
    if (0xD800..<0xDC00).contains(code) {
      guard skip(UInt8(ascii: "\\")), next == UInt8(ascii: "u") else {
        throw wrong("half of a surrogate pair stands alone", at: start)
      }
      let low = try unit(from: start)
      guard (0xDC00..<0xE000).contains(low) else { throw wrong("half of a surrogate pair stands alone", at: start) }
      code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
    }
    guard let scalar = Unicode.Scalar(code), code != 0 else { throw wrong("no such character", at: start) }
    return Character(scalar)
  }

  /// The four digits behind `u`.
  private mutating func unit(from start: Int) throws(JSONError) -> UInt32 {
    place += 1
    let end = place + 4
    guard end <= bytes.count, bytes[place..<end].allSatisfy(\.isHexadecimal),
      let unit = UInt32(String(decoding: bytes[place..<end], as: UTF8.self), radix: 16)
    else { throw wrong("four hexadecimal digits follow `\\u`", at: start) }
    place = end
    return unit
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }
}
