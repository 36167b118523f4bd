// Fields of urlencoded forms and of queries, read strictly: what is wrongly encoded is refused rather than guessed.

/// Names and values in the order in which they were sent; a name may stand more than once.
struct FormFields: Sendable, Hashable {
  private var fields: [(name: String, value: String)] = []
  /// Where the first value of each name stands.
  private var firsts: [String: Int] = [:]

  static let most = 1000

  init() {}

  /// - Parameter what: for messages: `the query`, `the form`.
  init(decoding bytes: some Collection<UInt8>, of what: String) throws(WebProblem) {
    guard !bytes.isEmpty else { return }
    // Split no further than it is taken: what strangers send is not worth the memory.
    for part in bytes.split(separator: UInt8(ascii: "&"), maxSplits: Self.most, omittingEmptySubsequences: true) {
      guard fields.count < Self.most, !part.contains(UInt8(ascii: "&")) else {
        throw .badRequest("\(what) has more than \(Self.most) fields")
      }
      let halves = part.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.text(halves[0], of: what)
      let value = try halves.count > 1 ? Self.text(halves[1], of: what) : ""
      if firsts[name] == nil { firsts[name] = fields.count }
      fields.append((name, value))
    }
  }

  subscript(name: String) -> String? { firsts[name].map { fields[$0].value } }

  func all(_ name: String) -> [String] {
    firsts[name] == nil ? [] : fields.filter { $0.name == name }.map(\.value)
  }

  /// Each name once.
  var names: [String] { firsts.sorted { $0.value < $1.value }.map(\.key) }

  private static func text(_ bytes: some Collection<UInt8>, of what: String) throws(WebProblem) -> String {
    guard let decoded = PercentEncoding.decoded(bytes, plusIsBlank: true) else {
      throw .badRequest("a percent sign in \(what) is not followed by two hexadecimal digits")
    }
    guard let text = String(validating: decoded, as: UTF8.self) else { throw .badRequest("\(what) is not UTF-8") }
    guard !decoded.contains(0) else { throw .badRequest("\(what) holds a NUL character") }
    return text
  }

  static func == (left: FormFields, right: FormFields) -> Bool {
    left.fields.count == right.fields.count && zip(left.fields, right.fields).allSatisfy { $0 == $1 }
  }

  func hash(into hasher: inout Hasher) {
    for field in fields {
      hasher.combine(field.name)
      hasher.combine(field.value)
    }
  }
}

/// Percent-encoding, as paths, queries and forms use it.
enum PercentEncoding {
  /// The bytes meant; nil if a percent sign is not followed by two hexadecimal digits.
  static func decoded(_ bytes: some Collection<UInt8>, plusIsBlank: Bool = false) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = iterator.next().flatMap(digit), let low = iterator.next().flatMap(digit) else { return nil }
        result.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsBlank: result.append(UInt8(ascii: " "))
      default: result.append(byte)
      }
    }
    return result
  }

  /// A text as one component of a path or one value of a query: all but letters, digits and `-._~` is encoded.
  static func encoded(_ text: some StringProtocol) -> String {
    text.utf8.allSatisfy(isPlain) ? String(text) : encoded(text.utf8)
  }

  static func encoded(_ bytes: some Sequence<UInt8>) -> String {
    var result = ""
    for byte in bytes {
      if isPlain(byte) {
        result.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return result
  }

  /// Whether a byte stands for itself everywhere.
  static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      true
    default: false
    }
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
