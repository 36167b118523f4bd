// Preflight reports as JSON, which runs are kept with and programs read.

import Foundation
package import Spec

extension PreflightReport {
  package var document: YAMLValue {
    .map([
      YAMLPair("host", .string(host.description)),
      YAMLPair("at", .string(Timestamp.text(at))),
      YAMLPair("blocks_backup", .bool(blocksBackup)),
      YAMLPair("blocks_dry_run", .bool(blocksDryRun)),
      YAMLPair("checks", .list(checks.map(\.document))),
      YAMLPair("disk", disk?.document ?? .null),
      YAMLPair("offered_keys", .list(offeredKeys.map(\.document))),
    ])
  }

  /// Reads what `document` gave; nil if anything of it is missing.
  package init?(reading value: YAMLValue) {
    guard let host = value["host"]?.text.flatMap({ try? HostName(text: $0) }),
      let at = value["at"]?.text.flatMap({ Timestamp.date($0) }), case .list(let checks) = value["checks"],
      case .list(let keys) = value["offered_keys"]
    else { return nil }
    let readChecks = checks.compactMap { PreflightCheck(reading: $0) }
    let readKeys = keys.compactMap { OfferedHostKey(reading: $0) }
    guard readChecks.count == checks.count, readKeys.count == keys.count else { return nil }
    self.init(
      host: host, at: at, checks: readChecks, disk: value["disk"].flatMap { HostDiskFacts(reading: $0) },
      offeredKeys: readKeys)
  }
}

extension PreflightCheck {
  fileprivate var document: YAMLValue {
    .map([
      YAMLPair("name", .string(name.rawValue)),
      YAMLPair("outcome", .string(outcome.rawValue)),
      YAMLPair("found", .string(found)),
      YAMLPair("remedy", remedy.map(YAMLValue.string) ?? .null),
      YAMLPair("blocks", .string(blocks.rawValue)),
    ])
  }

  fileprivate init?(reading value: YAMLValue) {
    guard let name = value["name"]?.text.flatMap({ Name(rawValue: $0) }),
      let outcome = value["outcome"]?.text.flatMap({ Outcome(rawValue: $0) }), let found = value["found"]?.text,
      let blocks = value["blocks"]?.text.flatMap({ Blocking(rawValue: $0) })
    else { return nil }
    self.init(name, outcome, found, remedy: value["remedy"]?.text, blocks: blocks)
  }
}

extension HostDiskFacts {
  fileprivate var document: YAMLValue {
    func count(_ number: Int) -> YAMLValue { .int(Int64(number)) }
    return .map([
      YAMLPair("directory", .string(directory)),
      YAMLPair("is_there", .bool(isThere)),
      YAMLPair("scheduled", count(scheduled)),
      YAMLPair("manual", count(manual)),
      YAMLPair("unfinished", count(unfinished)),
      YAMLPair("trash", count(trash)),
      YAMLPair("left_alone", count(leftAlone)),
      YAMLPair("newest", newest.map { .string($0.description) } ?? .null),
      YAMLPair("base", base.map { .string($0.description) } ?? .null),
    ])
  }

  fileprivate init?(reading value: YAMLValue) {
    func count(_ key: String) -> Int { value[key]?.integer.flatMap { Int(exactly: $0) } ?? 0 }
    guard let directory = value["directory"]?.text, case .bool(let isThere) = value["is_there"] else { return nil }
    self.init(
      directory: directory, isThere: isThere, scheduled: count("scheduled"), manual: count("manual"),
      unfinished: count("unfinished"), trash: count("trash"), leftAlone: count("left_alone"),
      newest: value["newest"]?.text.flatMap { SnapshotID($0) }, base: value["base"]?.text.flatMap { SnapshotID($0) })
  }
}

extension OfferedHostKey {
  fileprivate var document: YAMLValue {
    .map([
      YAMLPair("name", .string(name)),
      YAMLPair("key", .string(key.line)),
      YAMLPair("fingerprint", .string(fingerprint)),
      YAMLPair("standing", .string(standing.rawValue)),
    ])
  }

  fileprivate init?(reading value: YAMLValue) {
    let words = value["key"]?.text?.split(separator: " ").map(String.init) ?? []
    guard words.count == 2, let key = SSHPublicKey(algorithm: words[0], encoded: words[1]),
      let name = value["name"]?.text, let fingerprint = value["fingerprint"]?.text,
      let standing = value["standing"]?.text.flatMap({ Standing(rawValue: $0) })
    else { return nil }
    self.init(name: name, key: key, fingerprint: fingerprint, standing: standing)
  }
}
