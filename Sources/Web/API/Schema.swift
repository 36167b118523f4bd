// JSON Schemas, as the description of the API has them (draft 2020-12, which is that of OpenAPI 3.1).

import Reconciler
import Spec

enum Schema {
  static let text = type("string")
  static let flag = type("boolean")
  static let whole = type("integer")
  static let number = type("number")
  static let time = YAMLValue.map([YAMLPair("type", .string("string")), YAMLPair("format", .string("date-time"))])
  /// Anything at all: what is declared, whose schema `pobsync schema` prints.
  static let anything = YAMLValue.map([])
  /// A map of texts.
  static let labels = YAMLValue.map([
    YAMLPair("type", .string("object")), YAMLPair("additionalProperties", text),
  ])
  /// A map of whatever is declared.
  static let declared = YAMLValue.map([YAMLPair("type", .string("object"))])

  private static func type(_ name: String) -> YAMLValue { .map([YAMLPair("type", .string(name))]) }

  static func text(upTo length: Int) -> YAMLValue {
    .map(text.members + [YAMLPair("maxLength", .int(Int64(length)))])
  }

  static func whole(in range: ClosedRange<Int64>, orElse standard: Int64? = nil) -> YAMLValue {
    let limits = [YAMLPair("minimum", .int(range.lowerBound)), YAMLPair("maximum", .int(range.upperBound))]
    return .map(whole.members + limits + (standard.map { [YAMLPair("default", .int($0))] } ?? []))
  }

  static func choice(_ texts: [String]) -> YAMLValue { .map(text.members + [YAMLPair("enum", .texts(texts))]) }

  static func choice<Choice: RawRepresentable & CaseIterable>(
    _: Choice.Type
  ) -> YAMLValue where Choice.RawValue == String {
    choice(Choice.allCases.map(\.rawValue))
  }

  static func list(_ item: YAMLValue) -> YAMLValue {
    .map([YAMLPair("type", .string("array")), YAMLPair("items", item)])
  }

  /// A schema of the description's own, by its name.
  static func named(_ name: String) -> YAMLValue {
    .map([YAMLPair("$ref", .string("#/components/schemas/\(name)"))])
  }

  static func orNull(_ schema: YAMLValue) -> YAMLValue {
    guard case .string(let type)? = schema["type"], schema["enum"] == nil else {
      return .map([YAMLPair("anyOf", .list([schema, Self.type("null")]))])
    }
    return .map(schema.members.map { $0.key == "type" ? YAMLPair("type", .texts([type, "null"])) : $0 })
  }

  static func described(_ schema: YAMLValue, _ summary: String) -> YAMLValue {
    .map(schema.members + [YAMLPair("description", .string(summary))])
  }

  /// A map of known members, all of which are always there but for the optional ones.
  ///
  /// - Parameter isOpen: whether there may be others.
  static func object(
    _ members: [(String, YAMLValue)], optional: [(String, YAMLValue)] = [], isOpen: Bool = false
  ) -> YAMLValue {
    .map([
      YAMLPair("type", .string("object")),
      YAMLPair("properties", .map((members + optional).map { YAMLPair($0.0, $0.1) })),
      YAMLPair("required", .texts(members.map(\.0))), YAMLPair("additionalProperties", .bool(isOpen)),
    ])
  }
}
