// Looking into values whose shape is not known beforehand: metadata and markers that others may have written.

extension YAMLValue {
  /// A member of a map.
  package subscript(key: String) -> YAMLValue? {
    guard case .map(let pairs) = self else { return nil }
    return pairs.first { $0.key == key }?.value
  }

  /// A scalar as text; a number as it is written.
  package var text: String? {
    switch self {
    case .string(let text): text
    case .int(let number): String(number)
    case .double(let number): String(number)
    default: nil
    }
  }

  /// A whole number.
  package var integer: Int64? {
    if case .int(let number) = self { number } else { nil }
  }

  /// A number, whole or not.
  package var number: Double? {
    switch self {
    case .int(let number): Double(number)
    case .double(let number): number
    default: nil
    }
  }

  /// The value on one line, as differences show it.
  package var shown: String {
    switch self {
    case .string(let text): text.isEmpty ? "\"\"" : text
    default: JSONWriter.compact(self)
    }
  }
}
