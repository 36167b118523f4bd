// The JSON Schema of a spec file, for editors, made from the definitions that also read it.

package enum SpecSchema {
  /// A JSON Schema (draft 2020-12) that accepts what `SpecReader` accepts of one document, as far as a schema can say.
  package static func document() -> YAMLValue {
    .map([
      YAMLPair("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      YAMLPair("title", .string("pobsync spec")),
      YAMLPair("type", .string("object")),
      YAMLPair("additionalProperties", .bool(false)),
      YAMLPair("required", .list([.string("version")])),
      YAMLPair(
        "properties",
        .map([
          YAMLPair("version", .object(["const": .int(1)])),
          YAMLPair("set", FieldType<ResourceName>.text.schema),
          YAMLPair("settings", Settings.fields.schema()),
          YAMLPair("retention", named(RetentionPolicy.fields.schema())),
          YAMLPair("schedules", named(Schedule.fields.schema())),
          YAMLPair("profiles", named(Profile.fields.schema())),
          YAMLPair("hosts", named(Host.fields.schema())),
          YAMLPair("notifications", named(NotificationTarget.fields.schema())),
          YAMLPair("moved", HostMove.schema),
        ])),
    ])
  }

  /// Resources by name. Nothing behind a name is a resource too, if no key of it is required.
  private static func named(_ resource: YAMLValue) -> YAMLValue {
    .object([
      "type": objectOrNull,
      "propertyNames": .object(["pattern": .string("^[A-Za-z0-9][A-Za-z0-9._-]*$")]),
      "additionalProperties": resource["required"] == nil ? orNull(resource) : resource,
    ])
  }

  private static let objectOrNull = YAMLValue.list([.string("object"), .string("null")])

  private static func orNull(_ object: YAMLValue) -> YAMLValue {
    guard case .map(let pairs) = object else { return object }
    return .map(pairs.map { $0.key == "type" ? YAMLPair("type", objectOrNull) : $0 })
  }
}
