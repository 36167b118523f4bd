// YAML values: what a document says, without places and styles. JSON has the same values.

/// A value of YAML's core schema. Maps keep their order, which counts when values are compared.
package indirect enum YAMLValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case int(Int64)
  case double(Double)
  case string(String)
  case list([YAMLValue])
  case map([YAMLPair])
}

/// A key and its value.
package struct YAMLPair: Sendable, Hashable {
  package let key: String
  package let value: YAMLValue

  package init(_ key: String, _ value: YAMLValue) {
    self.key = key
    self.value = value
  }
}
