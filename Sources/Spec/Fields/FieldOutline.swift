// Outlines: the fields of a kind of resource as a form needs them, told from the schema, and so from the definitions
// that also read and write them.

/// What the value of a field looks like.
package enum FieldShape: Sendable, Hashable {
  case text
  /// The name of another resource.
  case reference(ResourceKind)
  case choice([String])
  case number(ClosedRange<Int>)
  case flag
  /// A list of texts.
  case texts(mayBeEmpty: Bool)
  /// A list of a few words.
  case choices([String])
  /// A list of maps that all have these keys.
  case records([String])
  /// Names, and a text for each.
  case labels
  /// Names, and a number for each.
  case numbers
}

/// One field of a kind of resource, be it in a group or not.
package struct FieldOutline: Sendable, Hashable {
  /// With dots: `ssh.port`.
  package let path: String
  /// What it is for, as one sentence without a full stop.
  package let summary: String
  package let isRequired: Bool
  package let shape: FieldShape
  /// What a value is, in words: `a duration, 1s to 1h`.
  package let noun: String?
  package let example: String?
}

extension ResourceKind {
  /// The fields of the kind, in the order of their definition.
  package var outline: [FieldOutline] { Self.outlines[self] ?? [] }

  private static let outlines = Dictionary(
    uniqueKeysWithValues: allCases.map { ($0, FieldOutline.all(in: $0.schema, below: "")) })

  private var schema: YAMLValue {
    switch self {
    case .settings: Settings.fields.schema()
    case .retention: RetentionPolicy.fields.schema()
    case .schedule: Schedule.fields.schema()
    case .profile: Profile.fields.schema()
    case .host: Host.fields.schema()
    case .notification: NotificationTarget.fields.schema()
    }
  }
}

extension FieldOutline {
  fileprivate static func all(in schema: YAMLValue, below prefix: String) -> [FieldOutline] {
    guard case .map(let properties)? = schema["properties"] else { return [] }
    let required = schema["required"]?.texts ?? []
    return properties.flatMap { property -> [FieldOutline] in
      let path = prefix + property.key
      if property.value["properties"] != nil { return all(in: property.value, below: path + ".") }
      return [FieldOutline(property.value, path: path, isRequired: required.contains(property.key))]
    }
  }

  private init(_ schema: YAMLValue, path: String, isRequired: Bool) {
    self.path = path
    self.isRequired = isRequired
    summary = schema["description"]?.text ?? ""
    shape = FieldShape(schema)
    // Of a list, a value is one item.
    let value = schema["items"] ?? schema
    noun = value["title"]?.text
    example = value["examples"]?.texts.first
  }
}

extension FieldShape {
  fileprivate init(_ schema: YAMLValue) {
    if let words = schema["enum"]?.texts {
      self = .choice(words)
      return
    }
    switch schema["type"]?.text {
    case "boolean": self = .flag
    case "integer":
      let (least, most) = (schema["minimum"]?.integer ?? 0, schema["maximum"]?.integer ?? 0)
      self = .number(Int(least)...Int(max(least, most)))
    case "array":
      let items = schema["items"] ?? .null
      if case .map(let properties)? = items["properties"] {
        self = .records(properties.map(\.key))
      } else if let words = items["enum"]?.texts {
        self = .choices(words)
      } else {
        self = .texts(mayBeEmpty: items["title"]?.text == CommandWord.noun)
      }
    case "object": self = schema["additionalProperties"]?["type"]?.text == "integer" ? .numbers : .labels
    default:
      let target = ResourceKind.allCases.first { schema["title"]?.text == $0.referenceTitle }
      self = target.map(FieldShape.reference) ?? .text
    }
  }
}

extension ResourceKind {
  /// What the name of such a resource is called in schemas.
  var referenceTitle: String { "the name of a \(noun)" }
}

extension YAMLValue {
  /// The texts of a list.
  fileprivate var texts: [String] { if case .list(let items) = self { items.compactMap(\.text) } else { [] } }
}
