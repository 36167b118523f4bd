// YAML values: what a document says, without its places and its style.

/// A value of the YAML 1.2 core schema.
package enum YAMLValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case list([YAMLValue])
  /// A map that keeps its order; keys are text, and unique.
  case map([YAMLPair])
}

/// One member of a map.
package struct YAMLPair: Sendable, Hashable {
  package let key: String
  package let value: YAMLValue

  package init(_ key: String, _ value: YAMLValue) {
    self.key = key
    self.value = value
  }
}
