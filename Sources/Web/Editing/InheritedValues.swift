// What would hold for a host or profile if it said nothing itself, and where that comes from: shown beside empty fields.

import Spec

struct InheritedValues: Sendable, Hashable {
  /// One value of one field.
  struct Value: Sendable, Hashable {
    let text: String
    /// Such as `profile linux`; nil for a default.
    let giver: String?
  }

  private var values: [String: [Value]] = [:]

  /// - Parameter id: the resource, be it declared or not.
  /// - Parameter profile: what it builds on.
  init(for id: ResourceID, profile: ResourceName?, in spec: Spec) {
    switch id.kind {
    case .host, .profile:
      let name = id.kind == .host ? (try? HostName(text: id.name)) : nil
      read(Self.explanation(of: name, profile: profile, in: spec))
      if name == nil { values["address"] = nil }
    case .schedule, .retention:
      let zone = spec.settings?.timeZone
      values["time_zone"] = [Value(text: "\(zone ?? .utc)", giver: zone == nil ? nil : "the settings")]
    case .settings, .notification: break
    }
  }

  /// What holds for a host that says nothing but on which profile it builds.
  ///
  /// - Parameter name: nil for a profile, and for a host that has no name yet.
  private static func explanation(of name: HostName?, profile: ResourceName?, in spec: Spec) -> [ExplainedValue] {
    guard let host = name ?? (try? HostName(text: HostName.example)) else { return [] }
    var bare = spec
    var blank = Host()
    blank.own.profile = profile
    bare.hosts[host] = blank
    return bare.explanation(of: host) ?? []
  }

  private mutating func read(_ explained: [ExplainedValue]) {
    for item in explained {
      guard let value = item.value else { continue }
      var giver: String?
      if case .declared(let id, _) = item.origin {
        // That the profile is named is what is asked with.
        guard id.kind != .host else { continue }
        giver = id.kind == .settings ? "the settings" : "\(id.kind.noun) \(id.name)"
      }
      let isLabel = item.path.hasPrefix("labels.")
      let text = isLabel ? "\(item.path.dropFirst("labels.".count))=\(value.text ?? "")" : value.shown
      // An empty list is nothing to show.
      guard value != .list([]) else { continue }
      values[isLabel ? "labels" : item.path, default: []].append(Value(text: text, giver: giver))
    }
  }

  /// The text to stand faintly in an empty control.
  func placeholder(_ path: String) -> String? {
    values[path].map { $0.map(\.text).joined(separator: "\n") }
  }

  /// Where that comes from: `from profile linux`.
  func origin(_ path: String) -> String? {
    guard let values = values[path] else { return nil }
    var givers: [String] = []
    for giver in values.compactMap(\.giver) where !givers.contains(giver) { givers.append(giver) }
    guard !givers.isEmpty else { return nil }
    let words = givers.joined(separator: ", ")
    // To these, those of the resource are added; others stand instead.
    return ["excludes", "includes", "labels"].contains(path) ? "Besides those from \(words)" : "From \(words)"
  }
}
