// The reference of spec files in Markdown, made from the JSON Schema, and so from the definitions that also read them.

package enum SpecReference {
  /// The page `docs/spec-reference.md`: a table for each map of a spec, with all of its keys.
  package static func page() -> String {
    let maps = ReferenceMap.all(in: SpecSchema.document())
    let titles = Dictionary(maps.map { ($0.keys, $0.title) }) { first, _ in first }
    return ([introduction] + maps.map { $0.section(titles: titles) }).joined(separator: "\n")
  }

  private static let introduction = """
    <!-- Made by `make docs` from the tables of fields in Sources/Spec/Model. Edit those, not this page. -->

    # Keys of the spec

    Every key of a spec file. [spec.md](spec.md) says what files, sets and layers are, and what the types of values look
    like. A key that is not required may be left out; "unless told" is what holds then. `pobsync schema` prints the same
    for editors.

    """
}

/// A map that spec files may hold, and the keys that it takes.
private struct ReferenceMap {
  let title: String
  /// The schema of each key, by key.
  let keys: YAMLValue
  let required: Set<String>
  /// How many maps of the document stand above this one.
  let depth: Int

  init?(_ title: String, _ schema: YAMLValue, depth: Int) {
    guard let keys = schema["properties"] else { return nil }
    self.title = title
    self.keys = keys
    self.depth = depth
    required = if case .list(let names) = schema["required"] { Set(names.compactMap(\.text)) } else { [] }
  }

  /// The maps from the outermost to the innermost. Those that occur in several places with the same keys are one.
  static func all(in document: YAMLValue) -> [ReferenceMap] {
    var maps = [ReferenceMap("Top level", document, depth: 0)].compactMap(\.self)
    var seen = Set(maps.map(\.keys))
    var next = 0
    while next < maps.count {
      for map in maps[next].below where seen.insert(map.keys).inserted { maps.append(map) }
      next += 1
    }
    return maps
  }

  private var pairs: [YAMLPair] {
    guard case .map(let pairs) = keys else { return [] }
    return pairs
  }

  private var below: [ReferenceMap] { pairs.compactMap(inner) }

  /// The map that a key holds: its own, one for each name, or one for each item of a list.
  private func inner(_ pair: YAMLPair) -> ReferenceMap? {
    // Groups such as `ssh` stand below several resources, and are called by their own name.
    let title = depth < 2 ? pair.key : "\(self.title).\(pair.key)"
    return ReferenceMap(title, pair.value, depth: depth + 1)
      ?? pair.value["additionalProperties"].flatMap { ReferenceMap("\(title).NAME", $0, depth: depth + 1) }
      ?? pair.value["items"].flatMap { ReferenceMap(title, $0, depth: depth + 1) }
  }

  /// - Parameter titles: under which title the map with such keys stands on the page.
  func section(titles: [YAMLValue: String]) -> String {
    var lines = ["## \(title)", "", "| key | value | example | meaning |", "|---|---|---|---|"]
    for pair in pairs {
      let key = required.contains(pair.key) ? "`\(pair.key)`, required" : "`\(pair.key)`"
      let inner = inner(pair)
      let link = inner.flatMap { titles[$0.keys] }.map { "[\($0)](#\(Self.anchor($0)))" }
      let value = link.map { pair.value["items"] == nil ? $0 : "a list of \($0)" } ?? Self.words(pair.value)
      let summary = pair.value["description"]?.text ?? ""
      let example = inner == nil ? Self.example(pair.value) : nil
      let cells = [key, value, example.map { "`\($0)`" } ?? "", summary]
      lines.append("| \(cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ")) |")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a value looks like, in words, with a link to more of them.
  private static func words(_ schema: YAMLValue) -> String {
    if let title = schema["title"]?.text { return linked(title) }
    if let only = schema["const"]?.text { return "`\(only)`" }
    if case .list(let choices) = schema["enum"] {
      return choices.compactMap(\.text).map { "`\($0)`" }.joined(separator: ", ")
    }
    switch schema["type"]?.text {
    case "boolean": return "`true` or `false`"
    case "integer":
      let (least, most) = (schema["minimum"]?.text ?? "", schema["maximum"]?.text ?? "")
      return "a whole number, \(least) to \(most)"
    case "array": return "a list; each item: \(words(schema["items"] ?? .null))"
    case "object": return "a map of names; each value: \(words(schema["additionalProperties"] ?? .null))"
    default: return "a text"
    }
  }

  private static func example(_ schema: YAMLValue) -> String? {
    if case .list(let examples) = schema["examples"] { return examples.first?.text }
    return schema["items"].flatMap(example).map { "[\($0)]" }
  }

  /// The title of a value with its bounds, the noun of its type leading to the page that explains it.
  private static func linked(_ title: String) -> String {
    let noun = title.prefix { $0 != "," }
    guard let anchor = anchors[String(noun)] else { return title }
    return "[\(noun)](spec.md#\(anchor))\(title.dropFirst(noun.count))"
  }

  /// The sections of `docs/spec.md` that explain types, by the nouns of these.
  private static let anchors = [
    ResourceName.noun: "names", HostName.noun: "names", TimeSpan.noun: "durations", ByteSize.noun: "sizes",
    TimeZoneName.noun: "time-zones", CronExpression.noun: "cron", TimeWindow.noun: "windows",
    Remark.noun: "remarks", Share.noun: "shares", FilterPattern.noun: "patterns", RsyncArgument.noun: "rsync-options",
  ]

  /// The anchor of a heading, as GitHub makes it.
  private static func anchor(_ heading: String) -> String {
    heading.lowercased().filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
  }
}
