// Normalising a legacy document: its keys brought to their canonical names and maps, its scalars to what they can only
// mean. The nodes keep their places, so that complaints point into the file as it is.

/// A document with canonical keys only.
struct LegacyDocument {
  /// A map of canonical keys.
  let node: YAMLNode
  /// What no key is called, as it is written.
  let unknown: [UnknownKey]

  struct UnknownKey {
    let message: String
    let hint: String?
    let range: SourceRange
  }

  /// Brings a map to its canonical form. Keys that mean the same, and values where a map belongs, are complaints.
  init(_ entries: [YAMLEntry], of root: YAMLNode, by keys: LegacyKeys, _ decoding: inout Decoding) {
    var normaliser = LegacyNormaliser(keys: keys, subject: decoding.subject)
    normaliser.take(entries, in: "", map: nil, &decoding)
    node = YAMLNode(content: .mapping(normaliser.assembled), range: root.range)
    unknown = normaliser.unknown
  }
}

private struct LegacyNormaliser {
  private struct Placed {
    let path: String
    let key: YAMLNode
    let value: YAMLNode
    /// The entry of the map that the key stood in, if it stood in one.
    let map: YAMLEntry?
  }

  let keys: LegacyKeys
  let subject: String
  private(set) var unknown: [LegacyDocument.UnknownKey] = []
  private var placed: [Placed] = []

  init(keys: LegacyKeys, subject: String) {
    self.keys = keys
    self.subject = subject
  }

  mutating func take(_ entries: [YAMLEntry], in map: String, map parent: YAMLEntry?, _ decoding: inout Decoding) {
    for entry in entries {
      let spelling = (map.isEmpty ? "" : map + ".") + (entry.key.string ?? "").inSnakeCase
      let inner: [YAMLEntry]? = if case .mapping(let inner) = entry.value.content { inner } else { nil }
      if let inner, keys.isMap(spelling) {
        take(inner, in: spelling, map: entry, &decoding)
      } else if let key = keys.key(spelt: spelling) {
        place(entry, as: key, in: parent, &decoding)
      } else if keys.isMap(spelling) {
        guard !entry.value.isNull else { continue }
        decoding.record(
          "\(spelling.quoted) of \(subject) must be a map of keys and values, not \(entry.value.noun)", at: entry.value)
      } else {
        note(entry.key, in: map)
      }
    }
  }

  private mutating func place(
    _ entry: YAMLEntry, as key: LegacyKeys.Key, in parent: YAMLEntry?, _ decoding: inout Decoding
  ) {
    guard !entry.value.isUnset(for: key) else { return }
    if let first = placed.first(where: { $0.path == key.path }) {
      guard first.value.value != entry.value.read(as: key.shape).value else { return }
      let place = "\(decoding.source.name):\(first.key.range.start.line):\(first.key.range.start.column)"
      decoding.record(
        "\((entry.key.string ?? "").quoted) means the same as \((first.key.string ?? "").quoted) at \(place), "
          + "`\(key.path)` of \(subject)", hint: "keep one of them", at: entry.key)
      return
    }
    placed.append(
      Placed(path: key.path, key: entry.key, value: entry.value.read(as: key.shape), map: parent))
  }

  private mutating func note(_ key: YAMLNode, in map: String) {
    let name = key.string ?? ""
    let place = map.isEmpty ? subject : "`\(map)` of \(subject)"
    unknown.append(
      LegacyDocument.UnknownKey(
        message: "unknown key \(name.quoted) in \(place); it is left out, and kept in the record",
        hint: nearest(to: name.inSnakeCase, among: keys.known(in: map)).map { "did you mean \($0.quoted)?" },
        range: key.range))
  }

  /// What was placed, in its maps.
  var assembled: [YAMLEntry] {
    var entries: [YAMLEntry] = []
    var done: Set<String> = []
    for first in placed {
      let parts = first.path.split(separator: ".").map(String.init)
      guard parts.count == 2, let map = parts.first else {
        entries.append(YAMLEntry(key: first.key.renamed(first.path), value: first.value))
        continue
      }
      guard done.insert(map).inserted else { continue }
      let members = placed.compactMap { other -> YAMLEntry? in
        guard other.path.hasPrefix(map + ".") else { return nil }
        let name = String(other.path.dropFirst(map.count + 1))
        return YAMLEntry(key: other.key.renamed(name), value: other.value)
      }
      let range = first.map?.value.range ?? first.value.range
      entries.append(
        YAMLEntry(
          key: (first.map?.key ?? first.key).renamed(map), value: YAMLNode(content: .mapping(members), range: range)))
    }
    return entries
  }
}

extension YAMLNode {
  /// Whether nothing is given: null, or an empty text where that is no value.
  fileprivate func isUnset(for key: LegacyKeys.Key) -> Bool {
    if isNull { return true }
    guard string?.isEmpty == true else { return false }
    switch key.shape {
    // The top of a snapshot has no other name.
    case .text: return !key.path.hasSuffix("destination_subdir")
    case .number, .boolean: return true
    case .list, .words: return false
    }
  }

  fileprivate func renamed(_ name: String) -> YAMLNode {
    YAMLNode(content: .scalar(name, plain: true), range: range)
  }

  /// The node as what it can only mean where a value of a shape belongs; unchanged if it can mean nothing.
  fileprivate func read(as shape: LegacyKeys.Shape) -> YAMLNode {
    guard case .scalar(let text, _) = content else { return self }
    func scalar(_ text: String) -> YAMLNode { YAMLNode(content: .scalar(text, plain: true), range: range) }
    switch shape {
    case .text: return self
    case .number: return Int(text) == nil ? self : scalar(text)
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "on", "y", "1": return scalar("true")
      case "false", "no", "off", "n", "0": return scalar("false")
      default: return self
      }
    case .list:
      return YAMLNode(content: .sequence(text.isEmpty ? [] : [self]), range: range)
    case .words:
      // What a shell would have made of quotes is not guessed: a list is asked for.
      guard !text.contains(where: { "\"'\\".contains($0) }) else { return self }
      let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
      let items = words.map { YAMLNode(content: .scalar($0, plain: false), range: range) }
      return YAMLNode(content: .sequence(items), range: range)
    }
  }
}
