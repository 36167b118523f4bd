// Fields: the one definition of a key, from which reading, writing, columns, differences and the JSON Schema follow.

/// One key of a resource or of a group within it.
package struct Field<Owner: Sendable>: Sendable {
  package let key: String
  /// What the key is for, as one sentence without a full stop.
  package let summary: String
  package let isRequired: Bool
  package let schema: YAMLValue
  /// The column types of the values below this key: one for a plain field, several for a group.
  package let columns: [FieldColumn]
  let decode: @Sendable (YAMLNode, inout Decoding, inout Owner) -> Void
  let encode: @Sendable (Owner) -> YAMLValue?
}

/// Where a value is kept in SQL: the key path joined by `_`, and its shape.
package struct FieldColumn: Sendable, Hashable {
  package let path: [String]
  package let storage: FieldStorage
  package let name: String

  init(path: [String], storage: FieldStorage) {
    self.path = path
    self.storage = storage
    name = path.joined(separator: "_")
  }
}

extension Field {
  /// A key that may be left out.
  package init<Value>(
    _ key: String, _ path: any WritableKeyPath<Owner, Value?> & Sendable, _ type: FieldType<Value>, _ summary: String
  ) {
    self.init(
      key: key, summary: summary, isRequired: false, schema: type.schema,
      columns: [FieldColumn(path: [key], storage: type.storage)],
      decode: { node, decoding, owner in
        guard !node.isNull else { return }
        if let value = type.decode(node, &decoding) { owner[keyPath: path] = value }
      },
      encode: { $0[keyPath: path].map(type.encode) })
  }

  /// A key that must be given.
  package init<Value>(
    required key: String, _ path: any WritableKeyPath<Owner, Value> & Sendable, _ type: FieldType<Value>,
    _ summary: String
  ) {
    self.init(
      key: key, summary: summary, isRequired: true, schema: type.schema,
      columns: [FieldColumn(path: [key], storage: type.storage)],
      decode: { node, decoding, owner in
        if let value = type.decode(node, &decoding) { owner[keyPath: path] = value }
      },
      encode: { type.encode($0[keyPath: path]) })
  }

  /// A key whose value is a map of further fields.
  package init<Group>(
    group key: String, _ path: any WritableKeyPath<Owner, Group> & Sendable, _ fields: [Field<Group>], _ summary: String
  ) {
    self.init(
      key: key, summary: summary, isRequired: false, schema: fields.schema(),
      columns: fields.flatMap(\.columns).map { FieldColumn(path: [key] + $0.path, storage: $0.storage) },
      decode: { node, decoding, owner in
        guard !node.isNull else { return }
        fields.decode(node, &decoding, into: &owner[keyPath: path])
      },
      encode: { owner in
        let pairs = fields.encode(owner[keyPath: path])
        return pairs.isEmpty ? nil : .map(pairs)
      })
  }

  /// The same field of a part of a larger owner.
  package func lifted<Whole>(to path: any WritableKeyPath<Whole, Owner> & Sendable) -> Field<Whole> {
    Field<Whole>(
      key: key, summary: summary, isRequired: isRequired, schema: schema, columns: columns,
      decode: { node, decoding, whole in decode(node, &decoding, &whole[keyPath: path]) },
      encode: { encode($0[keyPath: path]) })
  }
}

extension Array {
  /// Reads a map into `owner`, recording unknown and missing keys and every wrong value.
  package func decode<Owner>(
    _ node: YAMLNode, _ decoding: inout Decoding, into owner: inout Owner
  ) where Element == Field<Owner> {
    guard case .mapping(let entries) = node.content else {
      decoding.complain("must be a map of keys and values, not \(node.noun)", at: node)
      return
    }
    for entry in entries {
      let key = entry.key.string ?? ""
      guard let field = first(where: { $0.key == key }) else {
        decoding.recordUnknownKey(key, at: entry.key, known: map(\.key))
        continue
      }
      decoding.inside(key) { field.decode(entry.value, &$0, &owner) }
    }
    for field in self where field.isRequired && !entries.contains(where: { $0.key.string == field.key }) {
      let summary = field.summary.prefix(1).lowercased() + field.summary.dropFirst()
      decoding.complain("lacks the key `\(field.key)` (\(summary))", at: node)
    }
  }

  /// The fields that are set, in the order of their definition.
  package func encode<Owner>(_ owner: Owner) -> [YAMLPair] where Element == Field<Owner> {
    compactMap { field in field.encode(owner).map { YAMLPair(field.key, $0) } }
  }

  /// The JSON Schema of a map with these keys and no others.
  package func schema<Owner>() -> YAMLValue where Element == Field<Owner> {
    var pairs = [
      YAMLPair("type", .string("object")), YAMLPair("additionalProperties", .bool(false)),
      YAMLPair(
        "properties", .map(map { YAMLPair($0.key, $0.schema.described($0.summary)) })),
    ]
    let required = filter(\.isRequired).map { YAMLValue.string($0.key) }
    if !required.isEmpty { pairs.append(YAMLPair("required", .list(required))) }
    return .map(pairs)
  }
}

extension Decoding {
  /// Records a key that nothing is called, with the nearest one that exists.
  package mutating func recordUnknownKey(_ key: String, at node: YAMLNode, known: [String]) {
    let near = nearest(to: key, among: known)
    record(
      "unknown key \(key.quoted) in \(currentKey)",
      hint: near.map { "did you mean \($0.quoted)?" } ?? "known keys are \(known.joined(separator: ", "))", at: node)
  }
}

extension YAMLValue {
  /// A map whose keys stand in alphabetical order.
  static func object(_ members: [String: YAMLValue]) -> YAMLValue {
    .map(members.sorted { $0.key < $1.key }.map { YAMLPair($0.key, $0.value) })
  }

  /// This schema with a description in front.
  func described(_ summary: String) -> YAMLValue {
    guard case .map(let pairs) = self else { return self }
    return .map([YAMLPair("description", .string(summary))] + pairs)
  }

  /// This schema with another title: what the value is, in words.
  func titled(_ title: String) -> YAMLValue {
    guard case .map(let pairs) = self else { return self }
    return .map(pairs.map { $0.key == "title" ? YAMLPair("title", .string(title)) : $0 })
  }
}
