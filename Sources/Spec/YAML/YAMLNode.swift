// YAML nodes: a document as a tree, every node with its place, scalars read by the core schema of YAML 1.2.

/// A key and a value of a mapping.
package struct YAMLEntry: Sendable {
  package let key: YAMLNode
  package let value: YAMLNode

  package init(key: YAMLNode, value: YAMLNode) {
    self.key = key
    self.value = value
  }
}

/// One node of a document.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// A scalar's text. Only plain ones, without quotes, can be anything but a string.
    case scalar(String, plain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  package let content: Content
  /// Where the node stands; an alias stands where it is used.
  package let range: SourceRange

  package init(content: Content, range: SourceRange) {
    self.content = content
    self.range = range
  }

  /// A scalar's text as it is written, whatever it means.
  package var string: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  private var plain: String? {
    if case .scalar(let text, plain: true) = content { text } else { nil }
  }

  package var isNull: Bool { plain.map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false }

  package var bool: Bool? {
    switch plain {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// A whole number: decimal (`022` is twenty-two), `0o17` or `0x1F`.
  package var int: Int64? {
    guard let plain else { return nil }
    if plain.hasPrefix("0o") { return Self.digits(plain.dropFirst(2), radix: 8) }
    if plain.hasPrefix("0x") { return Self.digits(plain.dropFirst(2), radix: 16) }
    let unsigned = plain.hasPrefix("-") || plain.hasPrefix("+") ? plain.dropFirst() : plain[...]
    guard !unsigned.isEmpty, unsigned.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    return Int64(plain)
  }

  private static func digits(_ text: Substring, radix: Int) -> Int64? {
    guard let first = text.first, first != "-", first != "+" else { return nil }
    return Int64(text, radix: radix)
  }

  package var double: Double? {
    guard let plain else { return nil }
    switch plain {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
    case "-.inf", "-.Inf", "-.INF": return -.infinity
    case ".nan", ".NaN", ".NAN": return .nan
    default:
      // [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
      let allowed = plain.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
      guard allowed, plain.contains(where: { $0.isASCII && $0.isNumber }), let first = plain.first, !"eE".contains(first)
      else { return nil }
      return Double(plain)
    }
  }

  /// The node as a value, scalars resolved by the core schema.
  package var value: YAMLValue {
    switch content {
    case .scalar(let text, _):
      if isNull { return .null }
      if let bool { return .bool(bool) }
      if let int { return .int(int) }
      if let double { return .double(double) }
      return .string(text)
    case .sequence(let nodes): return .list(nodes.map(\.value))
    case .mapping(let entries): return .map(entries.map { YAMLPair($0.key.string ?? "", $0.value.value) })
    }
  }
}
