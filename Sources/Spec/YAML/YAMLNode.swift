// YAML nodes: the tree of one document, each node with its place, scalars resolved by the YAML 1.2 core schema.

/// One node of a document.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// A scalar's text; only plain ones (not quoted, no block) may mean anything but text.
    case scalar(String, plain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  package let content: Content
  /// Where the node is used: an alias keeps its own place, not that of its anchor.
  package let range: SourceRange
  /// An explicit tag in its short form: `!!str`.
  package let tag: String?

  package init(content: Content, range: SourceRange, tag: String? = nil) {
    self.content = content
    self.range = range
    self.tag = tag
  }
}

/// A key and its value, in the order of the file. Of the parser's entries every key is a scalar.
package struct YAMLEntry: Sendable {
  package let key: YAMLNode
  package let value: YAMLNode

  package init(key: YAMLNode, value: YAMLNode) {
    self.key = key
    self.value = value
  }
}

// What a plain scalar means (YAML 1.2.2, section 10.3.2): `no`, `on` and `22:30` are text, `022` is 22.
extension YAMLNode {
  /// Any scalar's text as written; nil for lists and maps.
  package var string: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  package var isNull: Bool {
    resolvable(as: "!!null").map { ["", "~", "null", "Null", "NULL"].contains($0) } ?? false
  }

  package var bool: Bool? {
    switch resolvable(as: "!!bool") {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// A whole number; nil if it does not fit.
  package var int: Int64? {
    guard let text = resolvable(as: "!!int") else { return nil }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] where text.hasPrefix(prefix) {
      let digits = text.dropFirst(2)
      // The core schema has no signs here, and `Int64` would take one.
      return digits.first == "-" || digits.first == "+" ? nil : Int64(digits, radix: radix)
    }
    return Int64(text)
  }

  /// A number, whole or not.
  package var double: Double? {
    guard let text = resolvable(as: "!!float") else { return nil }
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": return .infinity
    case "-.inf", "-.Inf", "-.INF": return -.infinity
    case ".nan", ".NaN", ".NAN": return .nan
    default: break
    }
    // `Double` would also read `inf`, `nan` and `0x1p3`, which are text here.
    guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return int.map(Double.init) }
    return Double(text)
  }

  /// The node as a value. A whole number too large for 64 bits becomes the nearest `double`.
  package var value: YAMLValue {
    switch content {
    case .sequence(let nodes): .list(nodes.map(\.value))
    case .mapping(let entries): .map(entries.map { YAMLPair($0.key.string ?? "", $0.value.value) })
    case .scalar(let text, _):
      if isNull {
        .null
      } else if let bool {
        .bool(bool)
      } else if let int {
        .int(int)
      } else if let double {
        .double(double)
      } else {
        .string(text)
      }
    }
  }

  /// The text to be read as what `wanted` names: that of plain scalars without a tag, and of any with just that tag.
  private func resolvable(as wanted: String) -> String? {
    guard case .scalar(let text, let plain) = content, tag.map({ $0 == wanted }) ?? plain else { return nil }
    return text
  }
}
