// Random trees and random changes to them, for property tests; a seed gives the same tree and the same changes again.

import Foundation
import Glibc

extension TreeBuilder {
  /// Builds a random tree of about `files` entries below `root`.
  @discardableResult
  package static func random(seed: UInt64, files: Int, at root: String) throws -> TreeBuilder {
    let builder = try TreeBuilder(at: root)
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<files { _ = try builder.add(&generator) }
    for path in try builder.paths().reversed() where try builder.kind(path) == S_IFDIR {
      try builder.setRandomTime(path, &generator)
    }
    return builder
  }

  /// Makes `changes` random changes in the tree and says in words what they were.
  ///
  /// A changed file always differs from before in size or in the whole seconds of its modification time, which is what
  /// rsync compares unless told otherwise. With `withinTheSecond` some changes keep both and move the nanoseconds only: a
  /// backup notices those with `--modify-window=-1` or `--checksum` alone.
  @discardableResult
  package func mutate(seed: UInt64, changes: Int = 10, withinTheSecond: Bool = false) throws -> [String] {
    var generator = SeededGenerator(seed: seed)
    var done: [String] = []
    for _ in 0..<changes {
      let all = try paths()
      guard let path = all.randomElement(using: &generator) else {
        done.append(try add(&generator))
        continue
      }
      done.append(try change(path, among: all, withinTheSecond: withinTheSecond, &generator))
    }
    return done
  }

  private func change(
    _ path: RawPath, among all: [RawPath], withinTheSecond: Bool, _ generator: inout SeededGenerator
  ) throws -> String {
    guard let before = try status(of: root.appending(path)) else { return "nothing at \(path)" }
    let kind = before.st_mode & S_IFMT
    switch Int.random(in: 0..<12, using: &generator) {
    case 0, 1:
      guard kind == S_IFREG else { return try add(&generator) }
      return try changeContent(path, before, withinTheSecond: withinTheSecond, &generator)
    case 2:
      guard kind != S_IFLNK else { return try retype(path, &generator) }
      let mode = TreeBuilder.randomMode(kind, &generator)
      try chmod(path, mode)
      return "chmod 0\(String(mode, radix: 8)) \(path)"
    case 3:
      guard TreeBuilder.isPrivileged else { return try add(&generator) }
      let (user, group) = (UInt32.random(in: 0..<3, using: &generator), UInt32.random(in: 0..<3, using: &generator))
      try chown(path, user: user * 1_000, group: group * 1_000)
      return "chown \(user * 1_000):\(group * 1_000) \(path)"
    case 4:
      try setRandomTime(path, &generator)
      return "touch \(path)"
    case 5:
      try remove(path)
      return "remove \(path)"
    case 6: return try retype(path, &generator)
    case 7: return try breakHardLink(path, before, &generator)
    case 8:
      guard kind == S_IFREG else { return try add(&generator) }
      let name = try freshName(&generator, in: all)
      try makeHardLink(name, to: path)
      return "link \(name) to \(path)"
    case 9:
      let name = try freshName(&generator, in: all.filter { !$0.isWithin(path) })
      try rename(path, to: name)
      return "rename \(path) to \(name)"
    case 10:
      guard kind == S_IFREG || kind == S_IFDIR else { return try add(&generator) }
      let value = TreeBuilder.bytes(Int.random(in: 0...20, using: &generator), &generator)
      return try setAttribute("user.random", value, on: path) ? "set attribute of \(path)" : "no attributes for \(path)"
    default: return try add(&generator)
    }
  }

  private func changeContent(
    _ path: RawPath, _ before: stat, withinTheSecond: Bool, _ generator: inout SeededGenerator
  ) throws -> String {
    let size = Int(before.st_size)
    if size > 0 && generator.chance(1, in: 2) {
      try write(TreeBuilder.bytes(size, &generator), to: path)
      let (seconds, nanoseconds) = (before.st_mtim.tv_sec, before.st_mtim.tv_nsec)
      if withinTheSecond && generator.chance(1, in: 2) {
        try setTime(path, seconds: seconds, nanoseconds: (nanoseconds + 1) % 1_000_000_000)
        return "rewrite \(path), same size and second"
      }
      try setTime(path, seconds: seconds + Int.random(in: 1...100_000, using: &generator), nanoseconds: nanoseconds)
      return "rewrite \(path), same size"
    }
    let added = size + Int.random(in: 1...2_000, using: &generator)
    try write(TreeBuilder.bytes(added, &generator), to: path)
    try setRandomTime(path, &generator)
    return "rewrite \(path), \(size) to \(added) bytes"
  }

  private func retype(_ path: RawPath, _ generator: inout SeededGenerator) throws -> String {
    let old = try kind(path)
    try remove(path)
    let choices: [mode_t] = [S_IFREG, S_IFDIR, S_IFLNK].filter { $0 != old }
    let new = choices.randomElement(using: &generator) ?? S_IFREG
    try make(new, path, &generator)
    return "retype \(path) from \(TreeBuilder.word(old ?? 0)) to \(TreeBuilder.word(new))"
  }

  private func breakHardLink(_ path: RawPath, _ before: stat, _ generator: inout SeededGenerator) throws -> String {
    guard before.st_mode & S_IFMT == S_IFREG else { return try add(&generator) }
    let size = Int(before.st_size)
    let mode = before.st_mode & 0o7777
    try remove(path)
    try write(TreeBuilder.bytes(size, &generator), to: path)
    try chmod(path, mode)
    try setTime(path, seconds: before.st_mtim.tv_sec + 1)
    return "replace \(path) (\(before.st_nlink) names) by a file of its own"
  }

  private func add(_ generator: inout SeededGenerator) throws -> String {
    let all = try paths()
    let path = try freshName(&generator, in: all)
    switch Int.random(in: 0..<10, using: &generator) {
    case 0, 1:
      try make(S_IFDIR, path, &generator)
      return "make directory \(path)"
    case 2:
      try make(S_IFLNK, path, &generator)
      return "make link \(path)"
    case 3:
      let files = try all.filter { try kind($0) == S_IFREG }
      guard let file = files.randomElement(using: &generator) else { fallthrough }
      try makeHardLink(path, to: file)
      return "link \(path) to \(file)"
    default:
      try make(S_IFREG, path, &generator)
      return "make file \(path)"
    }
  }

  private func make(_ kind: mode_t, _ path: RawPath, _ generator: inout SeededGenerator) throws {
    switch kind {
    case S_IFDIR:
      try makeDirectory(path)
      try chmod(path, TreeBuilder.randomMode(kind, &generator))
    case S_IFLNK:
      let targets: [RawPath] = ["nowhere", "/etc/passwd", ".", "../..", RawPath(bytes: [0xfe, 0x2f, 0x0a])]
      try makeLink(path, to: targets.randomElement(using: &generator) ?? "nowhere")
      try setRandomTime(path, &generator)
    default:
      let sizes = [0, 1, 100, 4_096, 70_000]
      let size = Int.random(in: 0...(sizes.randomElement(using: &generator) ?? 0), using: &generator)
      try write(TreeBuilder.bytes(size, &generator), to: path)
      try chmod(path, TreeBuilder.randomMode(kind, &generator))
      try setRandomTime(path, &generator)
    }
  }

  /// A path that is not taken, in one of the directories among `paths` or in the root.
  private func freshName(_ generator: inout SeededGenerator, in paths: [RawPath]) throws -> RawPath {
    let directories = try [RawPath("")] + paths.filter { try kind($0) == S_IFDIR && $0.bytes.count < 1_000 }
    let directory = directories.randomElement(using: &generator) ?? ""
    while true {
      let number = RawPath(String(Int.random(in: 0..<1_000_000, using: &generator), radix: 36))
      let odd = TreeBuilder.oddNames.randomElement(using: &generator) ?? "odd"
      let isOdd = generator.chance(1, in: 4) && odd.bytes.count < 200
      let path = directory.appending(isOdd ? RawPath(bytes: odd.bytes + number.bytes) : number)
      if try kind(path) == nil { return path }
    }
  }

  private func setRandomTime(_ path: RawPath, _ generator: inout SeededGenerator) throws {
    try setTime(
      path, seconds: Int.random(in: 1_000_000_000..<1_700_000_000, using: &generator),
      nanoseconds: Int.random(in: 0..<1_000_000_000, using: &generator))
  }

  /// Modes that keep the tree readable and, for its owner, changeable where root is not at work.
  private static func randomMode(_ kind: mode_t, _ generator: inout SeededGenerator) -> mode_t {
    let forDirectories: [mode_t] = [0o755, 0o700, 0o1777, 0o2775] + (isPrivileged ? [0o555, 0o000] : [])
    let forFiles: [mode_t] = [0o644, 0o600, 0o755, 0o664, 0o4755] + (isPrivileged ? [0o444, 0o000] : [])
    return (kind == S_IFDIR ? forDirectories : forFiles).randomElement(using: &generator) ?? 0o755
  }

  private static func word(_ kind: mode_t) -> String {
    switch kind {
    case S_IFREG: "file"
    case S_IFDIR: "directory"
    case S_IFLNK: "link"
    default: "other"
    }
  }
}
