// A small checker of JSON Schemas: as much of them as the description of the API uses. What it does not know it complains
// of, so that no part of a schema goes unchecked.

import Engine
import Foundation
import Reconciler
import Spec
import Support

@testable import Web

struct SchemaChecker {
  /// The whole description, in which references are looked up.
  let document: YAMLValue

  private static let known: Set<String> = [
    "$ref", "type", "enum", "const", "properties", "required", "additionalProperties", "items", "anyOf", "minimum",
    "maximum", "maxLength", "format", "description", "default",
  ]

  /// What of a value is not as its schema says, place by place.
  func complaints(_ value: YAMLValue, _ schema: YAMLValue, at place: String = "$") -> [String] {
    if let reference = schema["$ref"]?.text {
      guard let target = resolve(reference) else { return ["\(place): \(reference) leads nowhere"] }
      return complaints(value, target, at: place)
    }
    var found = schema.members.filter { !Self.known.contains($0.key) }.map { "\(place): \($0.key) is not understood" }
    if let choices = schema["anyOf"]?.items {
      let best = choices.map { complaints(value, $0, at: place) }.min { $0.count < $1.count } ?? []
      found += best
    }
    if let types = schema["type"] {
      let names = types.items.isEmpty ? [types.text ?? ""] : types.items.compactMap(\.text)
      if !names.contains(where: { Self.is(value, $0) }) {
        return found + ["\(place): \(value.shown.prefix(80)) is not \(names.joined(separator: " or "))"]
      }
    }
    if let choices = schema["enum"]?.items, !choices.contains(value) {
      found.append("\(place): \(value.shown) is none of \(JSONWriter.compact(.list(choices)))")
    }
    switch value {
    case .map(let members): found += complaints(members, schema, at: place)
    case .list(let items):
      if let schema = schema["items"] {
        for (index, item) in items.enumerated() { found += complaints(item, schema, at: "\(place)[\(index)]") }
      }
    case .string(let text):
      if let most = schema["maxLength"]?.integer, text.count > most { found.append("\(place): too long") }
      if schema["format"]?.text == "date-time", Timestamp.date(text) == nil {
        found.append("\(place): no time: \(text)")
      }
    case .int(let number):
      if let least = schema["minimum"]?.integer, number < least { found.append("\(place): too small") }
      if let most = schema["maximum"]?.integer, number > most { found.append("\(place): too large") }
    case .null, .bool, .double: break
    }
    return found
  }

  private func complaints(_ members: [YAMLPair], _ schema: YAMLValue, at place: String) -> [String] {
    let properties = schema["properties"]?.members ?? []
    let names = Set(members.map(\.key))
    var found = (schema["required"]?.items ?? []).compactMap(\.text).filter { !names.contains($0) }
      .map { "\(place): \($0) is missing" }
    for member in members {
      let inner = "\(place).\(member.key)"
      if let property = properties.first(where: { $0.key == member.key })?.value {
        found += complaints(member.value, property, at: inner)
      } else if schema["additionalProperties"] == .bool(false) {
        found.append("\(inner) is not described")
      } else if let others = schema["additionalProperties"], case .map = others {
        found += complaints(member.value, others, at: inner)
      }
    }
    return found
  }

  func resolve(_ reference: String) -> YAMLValue? {
    guard reference.hasPrefix("#/") else { return nil }
    var value: YAMLValue? = document
    for key in reference.dropFirst(2).split(separator: "/") { value = value?[String(key)] }
    return value
  }

  private static func `is`(_ value: YAMLValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("null", .null), ("boolean", .bool), ("integer", .int), ("number", .int), ("number", .double),
      ("string", .string), ("array", .list), ("object", .map):
      true
    default: false
    }
  }
}

extension WebAnswer {
  /// The body as JSON.
  func json() throws -> YAMLValue {
    do {
      return try JSONReader.read(body)
    } catch {
      throw ToolError(message: "\(error): \(text.prefix(200))")
    }
  }
}
