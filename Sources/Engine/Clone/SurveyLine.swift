// The grammar of a survey: lines of rsync's `--out-format=%i %n//%L`, with its escapes.
//
// `//` is in no name, so it parts the name from what follows: nothing, ` -> ` and the target of a symbolic link, or
// ` => ` and the name of the file that this is another name of. A directory's name ends in a slash before that. rsync
// writes a byte that is no text as `\#` and three octal digits, and so a backslash too where such digits follow it in the
// name itself (log.c, filtered_fwrite). With `--8-bit-output` these are control characters alone.

/// One line of a survey.
enum SurveyLine: Sendable, Hashable {
  /// The path is new, or differs in content or in any attribute.
  case differs(TreePath, isDirectory: Bool)
  /// The path is another name of a file that the survey has come to before, and is not yet in the destination.
  case linked(TreePath, leader: TreePath)
  /// The path is not in the source any more.
  case deleted(TreePath)
  /// The path is the same on both sides; it is listed only where everything is.
  case same(TreePath, isDirectory: Bool)

  private static let deleting = Array("*deleting   ".utf8)
  private static let toLeader = Array(" => ".utf8)
  private static let toTarget = Array(" -> ".utf8)

  /// What may be done to each sort of file: `>` it is transferred, `c` made here, `h` linked here, `.` nothing but perhaps
  /// its attributes are set. The sorts are regular files, directories, symbolic links, devices, and FIFOs with sockets.
  private static let updates: [UInt8: [UInt8]] = [
    UInt8(ascii: "f"): Array(">.h".utf8), UInt8(ascii: "d"): Array("c.".utf8), UInt8(ascii: "L"): Array("c.h".utf8),
    UInt8(ascii: "D"): Array("c.h".utf8), UInt8(ascii: "S"): Array("c.h".utf8),
  ]

  /// Longer lines may have come in pieces, with those of another process of rsync between them: a pipe takes so much
  /// whole, and no more (pipe(7), PIPE_BUF).
  static let longest = 4096

  /// Reads a line without its end.
  ///
  /// - Returns: nil for anything that rsync was not seen to write for an entry.
  init?(parsing line: ArraySlice<UInt8>) {
    let item = Array(line.prefix(Self.deleting.count))
    let text = line.dropFirst(Self.deleting.count)
    guard line.count < Self.longest, let end = Self.doubleSlash(in: text), let path = Self.path(text[..<end]),
      let read = Self.read(item, path, text[(end + 2)...])
    else { return nil }
    self = read
  }

  /// - Parameters:
  ///   - item: what is before the name.
  ///   - rest: what is behind the two slashes.
  private static func read(_ item: [UInt8], _ path: TreePath, _ rest: ArraySlice<UInt8>) -> SurveyLine? {
    let isDirectory = rest.elementsEqual([TreePath.slash])
    if item == deleting { return path != .root && (rest.isEmpty || isDirectory) ? .deleted(path) : nil }
    // An update, a sort, a letter for each attribute that differs, and a blank.
    let (update, sort, changes) = (item[0], item[1], item[2..<(item.count - 1)])
    let isSame = changes.allSatisfy { $0 == blank }
    guard updates[sort]?.contains(update) == true, item.last == blank, isSame || changes.allSatisfy(isChange) else {
      return nil
    }
    if sort == UInt8(ascii: "d") {
      guard isDirectory, !isSame || update == UInt8(ascii: ".") else { return nil }
      return isSame ? .same(path, isDirectory: true) : .differs(path, isDirectory: true)
    }
    guard path != .root else { return nil }
    if update == UInt8(ascii: "h"), rest.starts(with: toLeader) {
      guard let leader = self.path(rest.dropFirst(toLeader.count)), leader != .root else { return nil }
      return .linked(path, leader: leader)
    }
    guard sort == UInt8(ascii: "L") ? rest.starts(with: toTarget) : rest.isEmpty else { return nil }
    guard isSame else { return .differs(path, isDirectory: false) }
    return update == UInt8(ascii: ".") || update == UInt8(ascii: "h") ? .same(path, isDirectory: false) : nil
  }

  private static let blank = UInt8(ascii: " ")

  private static func isChange(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"):
      true
    default: false
    }
  }

  private static func doubleSlash(in text: ArraySlice<UInt8>) -> Int? {
    var index = text.startIndex
    while let slash = text[index...].firstIndex(of: TreePath.slash), slash + 1 < text.endIndex {
      if text[slash + 1] == TreePath.slash { return slash }
      index = slash + 1
    }
    return nil
  }

  private static func path(_ name: ArraySlice<UInt8>) -> TreePath? { decoded(name).flatMap { TreePath(bytes: $0) } }

  /// The bytes that rsync has written with escapes.
  ///
  /// - Returns: nil if an escape stands for no byte that a path may hold between its slashes.
  static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count)
    var index = text.startIndex
    while index < text.endIndex {
      let isEscape =
        index + 4 < text.endIndex && text[index] == UInt8(ascii: "\\") && text[index + 1] == UInt8(ascii: "#")
        && text[(index + 2)...(index + 4)].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      guard isEscape else {
        bytes.append(text[index])
        index += 1
        continue
      }
      let value = text[(index + 2)...(index + 4)].reduce(0) { $0 * 8 + Int($1 - UInt8(ascii: "0")) }
      let isOctal = text[(index + 2)...(index + 4)].allSatisfy { $0 <= UInt8(ascii: "7") }
      guard isOctal, let byte = UInt8(exactly: value), byte != 0, byte != TreePath.slash else { return nil }
      bytes.append(byte)
      index += 5
    }
    return bytes
  }
}

extension SurveyLine {
  /// Whether a line is empty, or one of rsync's closing figures.
  static func isFigure(_ line: ArraySlice<UInt8>) -> Bool {
    line.isEmpty || figures.contains { line.starts(with: $0) }
  }

  private static let figures = [
    "Number of files: ", "Number of created files: ", "Number of deleted files: ",
    "Number of regular files transferred: ", "Total file size: ", "Total transferred file size: ", "Literal data: ",
    "Matched data: ", "File list size: ", "File list generation time: ", "File list transfer time: ",
    "Total bytes sent: ", "Total bytes received: ", "sent ", "total size is ",
  ].map { Array($0.utf8) }
}
