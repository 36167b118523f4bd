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
      YAMLPair("properties", .map(sections)),
    ])
  }

  /// The keys at the top of a document.
  private static let sections: [YAMLPair] = [
    YAMLPair("version", YAMLValue.object(["const": .int(1)]).described("The version of the format, in every document")),
    YAMLPair(
      "set",
      FieldType<ResourceName>.text.schema.described(
        "The spec set that owns what is declared here (the first file's directory unless told)")),
    YAMLPair("settings", Settings.fields.schema().described("What holds for the whole backup server")),
    YAMLPair("retention", named(RetentionPolicy.fields.schema(), "What to keep, policy by policy")),
    YAMLPair("schedules", named(Schedule.fields.schema(), "When to back up, schedule by schedule")),
    YAMLPair("profiles", named(Profile.fields.schema(), "Partial hosts for others to build on")),
    YAMLPair("hosts", named(Host.fields.schema(), "What to back up, host by host")),
    YAMLPair("notifications", named(NotificationTarget.fields.schema(), "Who is told of failures, and how")),
    YAMLPair("moved", HostMove.schema.described("Hosts that were called something else before")),
  ]

  /// Resources by name. Nothing behind a name is a resource too, if no key of it is required.
  private static func named(_ resource: YAMLValue, _ summary: String) -> YAMLValue {
    YAMLValue.object([
      "type": objectOrNull,
      "propertyNames": .object(["pattern": .string("^[A-Za-z0-9][A-Za-z0-9._-]*$")]),
      "additionalProperties": resource["required"] == nil ? orNull(resource) : resource,
    ]).described(summary)
  }

  private static let objectOrNull = YAMLValue.list([.string("object"), .string("null")])

  private static func orNull(_ object: YAMLValue) -> YAMLValue {
    guard case .map(let pairs) = object else { return object }
    return .map(pairs.map { $0.key == "type" ? YAMLPair("type", objectOrNull) : $0 })
  }
}
