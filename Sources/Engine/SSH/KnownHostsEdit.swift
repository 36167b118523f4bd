// Changing a file of known hosts: one name gets other keys, and every other name keeps what it has.

import Spec

/// A file of known hosts, as it is to be written anew.
enum KnownHostsEdit {
  /// Takes a name out of lines, and adds lines of its own for it. Lines that name other hosts as well stay for these.
  ///
  /// - Parameters:
  ///   - numbers: of the lines, from 1, that hold the name, as ssh-keygen finds them.
  ///   - keys: those that the name has from then on.
  ///   - place: the path of the file, for messages.
  /// - Throws: where a line means the name by a pattern, which no change to the line can leave out for certain.
  static func replacing(
    _ name: String, at numbers: Set<Int>, with keys: [SSHPublicKey], in bytes: [UInt8], place: String
  ) throws(SSHToolFailure) -> [UInt8] {
    var lines: [ArraySlice<UInt8>] = []
    let all = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in all.enumerated() {
      guard numbers.contains(index + 1) else {
        lines.append(line)
        continue
      }
      if let rest = try without(name, line, number: index + 1, place: place) { lines.append(rest) }
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    for key in keys { lines.append(Array("\(name) \(key.line)".utf8)[...]) }
    return lines.flatMap { Array($0) + [UInt8(ascii: "\n")] }
  }

  /// - Returns: nil if the line named nothing else.
  private static func without(
    _ name: String, _ line: ArraySlice<UInt8>, number: Int, place: String
  ) throws(SSHToolFailure) -> ArraySlice<UInt8>? {
    let blanks = [UInt8(ascii: " "), UInt8(ascii: "\t")]
    let body = line.drop { blanks.contains($0) }
    let field = body.prefix { !blanks.contains($0) }
    // A hashed name stands alone on its line.
    if field.first == UInt8(ascii: "|") { return nil }
    let names = String(decoding: field, as: UTF8.self).split(separator: ",").map(String.init)
    let others = names.filter { $0.lowercased() != name.lowercased() }
    guard others.count < names.count, !others.contains(where: isPattern) else {
      throw SSHToolFailure(
        description: "line \(number) of \(place) means \(name) by a pattern (\(names.joined(separator: ",").quoted)), "
          + "and nothing was changed: take the host out of that line by hand, then trust its key")
    }
    guard !others.isEmpty else { return nil }
    return (Array(others.joined(separator: ",").utf8) + body.dropFirst(field.count))[...]
  }

  /// Names with `*` and `?` mean several hosts, and `!` takes some of these out again.
  private static func isPattern(_ name: String) -> Bool { name.contains { "*?!".contains($0) } }
}
