// Headers of tar archives: POSIX ustar, with pax records before it for what does not fit (pax(1), "pax Interchange
// Format").

/// What a tar archive says of one entry, before its content.
struct TarHeader {
  enum Kind: Character {
    case file = "0"
    /// A further name of a file that came before.
    case hardLink = "1"
    case link = "2"
    case characterDevice = "3"
    case blockDevice = "4"
    case directory = "5"
    case fifo = "6"
    /// Records about the entry that follows.
    case records = "x"
  }

  static let block = 512

  let path: [UInt8]
  let kind: Kind
  var mode: UInt32 = 0o644
  var user: UInt32 = 0
  var group: UInt32 = 0
  var size: Int64 = 0
  var modified = SnapshotEntry.Time(seconds: 0, nanoseconds: 0)
  var target: [UInt8] = []
  var device: (major: UInt32, minor: UInt32) = (0, 0)
  /// Extended attributes, ACLs among them.
  var attributes: [(name: [UInt8], value: [UInt8])] = []

  init(_ path: [UInt8], _ kind: Kind) {
    self.path = path
    self.kind = kind
  }

  /// The header, with its records before it.
  var bytes: [UInt8] {
    let records = records
    guard !records.isEmpty else { return ustar }
    var before = TarHeader(Array("PaxHeaders/".utf8) + path.suffix(Self.longestName - 11), .records)
    before.size = Int64(records.count)
    return before.ustar + records + Self.padding(after: Int64(records.count)) + ustar
  }

  /// The zeros that fill up a block.
  static func padding(after size: Int64) -> [UInt8] {
    [UInt8](repeating: 0, count: (block - Int(size % Int64(block))) % block)
  }

  // MARK: - ustar

  private static let longestName = 100
  private static let largestID: UInt32 = 0o7777777
  private static let largestNumber: Int64 = 0o77777777777

  private var ustar: [UInt8] {
    var header: [UInt8] = []
    header.reserveCapacity(Self.block)
    func field(_ bytes: some Sequence<UInt8>, _ width: Int) {
      let kept = Array(bytes.prefix(width))
      header += kept + [UInt8](repeating: 0, count: width - kept.count)
    }
    // What is too large stands in the records.
    func number(_ value: Int64, _ width: Int) {
      let digits = String(value, radix: 8)
      let fits = value >= 0 && digits.utf8.count < width
      let text = fits ? digits : "0"
      field((String(repeating: "0", count: width - 1 - text.utf8.count) + text).utf8, width)
    }
    field(path, Self.longestName)
    number(Int64(mode), 8)
    number(Int64(user), 8)
    number(Int64(group), 8)
    number(size, 12)
    number(modified.seconds, 12)
    field(repeatElement(UInt8(ascii: " "), count: 8), 8)
    field(String(kind.rawValue).utf8, 1)
    field(target, Self.longestName)
    field("ustar".utf8, 6)
    field("00".utf8, 2)
    // The names of user and group: numbers alone count.
    field([UInt8](), 64)
    number(Int64(device.major), 8)
    number(Int64(device.minor), 8)
    field([UInt8](), Self.block - header.count)
    let sum = String(header.reduce(0) { $0 + Int($1) }, radix: 8)
    let shown = String(repeating: "0", count: 6 - sum.utf8.count) + sum + "\0 "
    header.replaceSubrange(148..<156, with: shown.utf8)
    return header
  }

  // MARK: - Records

  private var records: [UInt8] {
    var found: [(key: [UInt8], value: [UInt8])] = []
    func add(_ key: String, _ value: [UInt8]) { found.append((Array(key.utf8), value)) }
    if path.count > Self.longestName { add("path", path) }
    if target.count > Self.longestName { add("linkpath", target) }
    if size > Self.largestNumber { add("size", Array(String(size).utf8)) }
    if user > Self.largestID { add("uid", Array(String(user).utf8)) }
    if group > Self.largestID { add("gid", Array(String(group).utf8)) }
    if modified.nanoseconds != 0 || modified.seconds < 0 || modified.seconds > Self.largestNumber {
      add("mtime", Array(Self.decimal(modified).utf8))
    }
    // Records are UTF-8 unless this comes before; names of files need not be.
    let isText = found.allSatisfy { String(validating: $0.value, as: UTF8.self) != nil }
    if !isText { found.insert((Array("hdrcharset".utf8), Array("BINARY".utf8)), at: 0) }
    for (name, value) in attributes {
      found.append((Array("SCHILY.xattr.".utf8) + Self.escaped(name), value))
    }
    return found.flatMap { Self.record($0.key, $0.value) }
  }

  /// `LENGTH KEY=VALUE`, where the length counts itself and the line break.
  private static func record(_ key: [UInt8], _ value: [UInt8]) -> [UInt8] {
    let rest = [UInt8(ascii: " ")] + key + [UInt8(ascii: "=")] + value + [UInt8(ascii: "\n")]
    var length = rest.count + 1
    while String(length).utf8.count + rest.count != length { length = String(length).utf8.count + rest.count }
    return Array(String(length).utf8) + rest
  }

  /// The name of an attribute such that it ends where the value begins, as GNU tar writes it.
  private static func escaped(_ name: [UInt8]) -> [UInt8] {
    name.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "="): Array("%3D".utf8)
      case UInt8(ascii: "%"): Array("%25".utf8)
      default: [byte]
      }
    }
  }

  /// The seconds with their fraction, which counts away from zero.
  private static func decimal(_ time: SnapshotEntry.Time) -> String {
    let isBeforeEpoch = time.seconds < 0 && time.nanoseconds > 0
    let seconds = isBeforeEpoch ? time.seconds + 1 : time.seconds
    let nanoseconds = isBeforeEpoch ? 1_000_000_000 - time.nanoseconds : time.nanoseconds
    let sign = isBeforeEpoch && seconds == 0 ? "-" : ""
    guard nanoseconds > 0 else { return String(seconds) }
    let digits = String(nanoseconds)
    return "\(sign)\(seconds)." + String(repeating: "0", count: 9 - digits.utf8.count) + digits
  }
}
