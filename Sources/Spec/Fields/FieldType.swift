// Field types: how one kind of value is read from YAML, written back, stored in a column and described to editors.

/// The shape in which SQL keeps a value: scalars in columns of their own, lists and maps as JSON.
package enum FieldStorage: Sendable, Hashable {
  case text, integer, boolean, json
}

/// How values of one type are read, written, stored and described.
package struct FieldType<Value: Sendable>: Sendable {
  /// Gives nil after having recorded why.
  package let decode: @Sendable (YAMLNode, inout Decoding) -> Value?
  package let encode: @Sendable (Value) -> YAMLValue
  package let storage: FieldStorage
  /// The JSON Schema (draft 2020-12) of the value.
  package let schema: YAMLValue
}

extension FieldType where Value: TextValue {
  /// Any text value.
  package static var text: FieldType {
    FieldType(
      decode: { node, decoding in
        guard let text = node.string else {
          decoding.complain("must be \(Value.noun) such as `\(Value.example)`, not \(node.noun)", at: node)
          return nil
        }
        do throws(InvalidText) {
          return try Value(text: text)
        } catch {
          decoding.complain("is not \(Value.noun): \(error.message)", hint: error.hint, at: node, offset: error.offset)
          return nil
        }
      },
      encode: { .string($0.description) },
      storage: .text,
      schema: .object([
        "type": .string("string"), "title": .string(Value.noun), "examples": .list([.string(Value.example)]),
      ]))
  }
}

extension TextValue {
  /// Reads a key that names something: a host, a label.
  static func decodeKey(_ key: YAMLNode, _ decoding: inout Decoding) -> Self? {
    do throws(InvalidText) {
      return try Self(text: key.string ?? "")
    } catch {
      decoding.complain("holds a wrong name: \(error.message)", hint: error.hint, at: key, offset: error.offset)
      return nil
    }
  }
}

extension FieldType where Value: TextValue & Comparable {
  /// A text value within bounds.
  package static func text(_ bounds: ClosedRange<Value>) -> FieldType {
    let plain = text
    return FieldType(
      decode: { node, decoding in
        guard let value = plain.decode(node, &decoding) else { return nil }
        guard bounds.contains(value) else {
          decoding.complain(
            "must lie between \(bounds.lowerBound) and \(bounds.upperBound), and \(value) does not", at: node)
          return nil
        }
        return value
      },
      encode: plain.encode, storage: .text,
      schema: plain.schema.titled("\(Value.noun), \(bounds.lowerBound) to \(bounds.upperBound)"))
  }
}

extension FieldType where Value == Int {
  package static func integer(_ bounds: ClosedRange<Int>) -> FieldType {
    FieldType(
      decode: { node, decoding in
        guard let value = node.int.flatMap({ Int(exactly: $0) }), bounds.contains(value) else {
          let given = node.string.map(\.quoted) ?? node.noun
          let isNumber = node.string.flatMap { Int($0) }.map(bounds.contains) ?? false
          decoding.complain(
            "must be a whole number from \(bounds.lowerBound) to \(bounds.upperBound), not \(given)",
            hint: isNumber ? node.hintIfQuoted : nil, at: node)
          return nil
        }
        return value
      },
      encode: { .int(Int64($0)) },
      storage: .integer,
      schema: .object([
        "type": .string("integer"), "minimum": .int(Int64(bounds.lowerBound)),
        "maximum": .int(Int64(bounds.upperBound)),
      ]))
  }
}

extension FieldType where Value == Bool {
  package static var boolean: FieldType {
    FieldType(
      decode: { node, decoding in
        if let value = node.bool { return value }
        let given = node.string ?? ""
        let meant: String? =
          switch given.lowercased() {
          case "yes", "on", "y", "1", "true": "write `true`"
          case "no", "off", "n", "0", "false": "write `false`"
          default: nil
          }
        decoding.complain(
          "must be `true` or `false`, not \(node.string.map(\.quoted) ?? node.noun)",
          hint: ["true", "false"].contains(given) ? node.hintIfQuoted : meant, at: node)
        return nil
      },
      encode: { .bool($0) },
      storage: .boolean,
      schema: .object(["type": .string("boolean")]))
  }
}

extension FieldType where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of a few words.
  package static var choice: FieldType {
    let words = Value.allCases.map(\.rawValue)
    return FieldType(
      decode: { node, decoding in
        if let text = node.string, let value = Value(rawValue: text) { return value }
        let near = node.string.flatMap { nearest(to: $0, among: words) }
        let allowed = words.map(\.quoted).joined(separator: " or ")
        decoding.complain(
          "must be \(allowed), not \(node.string.map(\.quoted) ?? node.noun)",
          hint: near.map { "did you mean \($0.quoted)?" }, at: node)
        return nil
      },
      encode: { .string($0.rawValue) },
      storage: .text,
      schema: .object(["enum": .list(words.map { .string($0) })]))
  }
}

extension FieldType where Value == ResourceName {
  /// The name of another resource, which must exist.
  package static func reference(to kind: ResourceKind) -> FieldType {
    let plain = text
    return FieldType(
      decode: { node, decoding in
        guard let name = plain.decode(node, &decoding) else { return nil }
        decoding.refer(to: kind, name, at: node)
        return name
      },
      encode: plain.encode, storage: .text, schema: plain.schema.titled(kind.referenceTitle))
  }
}

extension FieldType {
  package static func list<Element>(of element: FieldType<Element>) -> FieldType where Value == [Element] {
    FieldType(
      decode: { node, decoding in
        guard case .sequence(let nodes) = node.content else {
          decoding.complain(
            "must be a list, not \(node.noun)", hint: node.string.map { "write \($0.inBrackets.quoted)" }, at: node)
          return nil
        }
        let values = nodes.enumerated().map { index, child in
          decoding.inside("\(index)") { element.decode(child, &$0) }
        }
        return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
      },
      encode: { .list($0.map(element.encode)) },
      storage: .json,
      schema: .object(["type": .string("array"), "items": element.schema]))
  }
}

extension FieldType {
  /// A map with fields of its own, as it stands in a list.
  ///
  /// - Parameter blank: what the fields are read into; required ones hold a stand-in, which never outlives reading.
  package static func record(_ blank: Value, _ fields: [Field<Value>]) -> FieldType {
    FieldType(
      decode: { node, decoding in
        let before = decoding.diagnostics.count
        var value = blank
        fields.decode(node, &decoding, into: &value)
        return decoding.diagnostics.count == before ? value : nil
      },
      encode: { .map(fields.encode($0)) },
      storage: .json,
      schema: fields.schema())
  }
}

extension FieldType where Value == Share {
  /// A part of a whole, which editors are to take as a number too.
  package static var share: FieldType {
    FieldType(
      decode: text.decode, encode: text.encode, storage: .text,
      schema: .object([
        "type": .list([.string("string"), .string("number")]), "title": .string(Share.noun),
        "examples": .list([.string(Share.example)]),
      ]))
  }
}

extension FieldType where Value == ConcurrencyGroups {
  /// A whole number for each name of a label.
  package static func numbersByLabel(_ bounds: ClosedRange<Int>) -> FieldType {
    let number = FieldType<Int>.integer(bounds)
    return FieldType(
      decode: { node, decoding in
        guard case .mapping(let entries) = node.content else {
          decoding.complain("must be a map of labels and numbers such as `{hypervisor: 1}`, not \(node.noun)", at: node)
          return nil
        }
        var groups: ConcurrencyGroups = [:]
        for entry in entries {
          guard let name = ResourceName.decodeKey(entry.key, &decoding) else { continue }
          groups[name] = decoding.inside(name.description) { number.decode(entry.value, &$0) }
        }
        return groups.count == entries.count ? groups : nil
      },
      encode: { groups in
        .map(groups.sorted { $0.key < $1.key }.map { YAMLPair($0.key.description, number.encode($0.value)) })
      },
      storage: .json,
      schema: .object(["type": .string("object"), "additionalProperties": number.schema]))
  }
}

/// How many hosts with the same value of a label are worked on at the same time, by the label's name.
package typealias ConcurrencyGroups = [ResourceName: Int]

extension FieldType where Value == Labels {
  package static var labels: FieldType {
    FieldType(
      decode: { node, decoding in
        guard case .mapping(let entries) = node.content else {
          decoding.complain("must be a map of labels such as `{role: web}`, not \(node.noun)", at: node)
          return nil
        }
        var labels: Labels = [:]
        var whole = true
        for entry in entries {
          guard let name = ResourceName.decodeKey(entry.key, &decoding) else {
            whole = false
            continue
          }
          guard let value = entry.value.string, !value.hasControlCharacters, value.count <= 200 else {
            let given = entry.value.string == nil ? ", not \(entry.value.noun)" : ""
            decoding.inside(name.description) {
              $0.complain("must be a text of at most 200 characters on one line\(given)", at: entry.value)
            }
            whole = false
            continue
          }
          labels[name] = value
        }
        return whole ? labels : nil
      },
      encode: { labels in
        .map(labels.sorted { $0.key < $1.key }.map { YAMLPair($0.key.description, .string($0.value)) })
      },
      storage: .json,
      schema: .object(["type": .string("object"), "additionalProperties": .object(["type": .string("string")])]))
  }
}

/// Names and values by which operators group and select hosts.
package typealias Labels = [ResourceName: String]

extension String {
  /// The text as the one item of a list in brackets, where a comma would make two of it.
  fileprivate var inBrackets: String { contains(",") ? "[\"\(self)\"]" : "[\(self)]" }
}

extension YAMLNode {
  /// What the node is, in words, for messages about a wrong type.
  package var noun: String {
    switch content {
    case .scalar: isNull ? "nothing" : "a plain value"
    case .sequence: "a list"
    case .mapping: "a map"
    }
  }

  /// What to do about text in quotes that means a number or a boolean without them.
  var hintIfQuoted: String? {
    guard case .scalar(let text, plain: false) = content else { return nil }
    return "write \(text.quoted) without quotes"
  }
}
