// A host's own list of its files: its rsync is started as the sender of a transfer, and asked for the list of files that
// every transfer begins with (rsync's compat.c, flist.c, sender.c and main.c, as a client sees them), and perhaps for small
// files of it.
//
// rsync's own dry run takes twice as long. In it the two sides work by turns: the host lists some thousand files and waits,
// this side looks at as many and waits. Here what was read is acknowledged a hundred entries at a time, and held against the
// base while the host lists on.

import Glibc
import Spec

/// What the host could not list. The bits are rsync's (rsync.h, IOERR_*).
struct HostErrors: OptionSet, Sendable, Hashable {
  let rawValue: UInt32

  /// Something could not be read.
  static let general = HostErrors(rawValue: 1)
  static let vanished = HostErrors(rawValue: 2)

  /// The status with which rsync ends over them.
  var exitCode: Int32 { contains(.general) ? 23 : contains(.vanished) ? 24 : 0 }
}

/// One conversation with a host's rsync.
struct HostListing {
  /// What came of it.
  struct Outcome: Sendable {
    let errors: HostErrors
    /// Whether an error that is not told as one of the list may be one all the same: once the host could not send a file,
    /// lists do not tell at their ends what else could not be read.
    let isUnsure: Bool
    let receivedBytes: Int64
    let sentBytes: Int64
  }

  /// What of the source to list: the first pattern that fits decides, those to take in before those to leave out.
  let includes: [FilterPattern]
  let excludes: [FilterPattern]
  /// How long nothing may come, in seconds; 0 for as long as it takes.
  let timeout: Int

  /// The oldest protocol that knows all that is asked of it: rsync 3.1.0 of 2013 speaks it.
  private static let version: UInt32 = 31
  private static let newestVersion: UInt32 = 99
  // compat.c, CF_*.
  private static let listsGradually: UInt32 = 1 << 0
  private static let endsListsSafely: UInt32 = 1 << 3
  private static let mixesSeedFirst: UInt32 = 1 << 5
  /// Those from here on would write the list in another way, and were not asked for.
  private static let firstUnknownAbility: UInt32 = 1 << 6

  /// After how many entries the host is told. It lists a thousand ahead (rsync.h, MIN_FILECNT_LOOKAHEAD): were it told
  /// only when all that has come is read, it would wait until then.
  private static let portion = 100

  // io.h and rsync.h, NDX_*.
  private static let done: Int32 = -1
  private static let endOfLists: Int32 = -2
  private static let firstDirectory: Int32 = -101
  /// A `done` as it is sent.
  private static let doneByte: UInt8 = 0

  /// Reads the whole list, and holds it against a tree.
  ///
  /// - Parameters:
  ///   - socket: a connection to the host's rsync, which stays the caller's.
  ///   - early: what fetches small files meanwhile; the host's rsync must not have been told that it is a dry run.
  ///   - hear: is given what the host says, sentences for people.
  /// - Throws: `ListingFault`, and what the comparison throws; `DiskError`, if what is fetched cannot be kept.
  func read(
    from socket: Int32, comparing comparison: BaseComparison, fetching early: EarlyFetch? = nil,
    hear: @escaping ([UInt8]) -> Void
  ) throws -> Outcome {
    var errors = HostErrors()
    // Besides what lists tell at their ends.
    var others = HostErrors()
    let stream = ListingStream(socket, timeout: timeout) { (message) throws(ListingFault) in
      switch message {
      case .text(let text, let isError):
        if isError { others.insert(.general) }
        hear(text)
      case .ioError(let bits): others.formUnion(HostErrors(rawValue: bits))
      case .notSent(let index):
        guard let early else { throw .notUnderstood("the file \(index), which is not sent") }
        try early.giveUp(index)
      }
    }
    let seed = try greet(stream)
    early?.begin(seed)
    var decoder = FileListDecoder(stream)
    var lists = 0
    var unacknowledged = 0
    var isListedAfterFailure = false
    func readList() throws {
      lists += 1
      // There is one for each directory, but for those that are mount points.
      guard lists <= 1 + Int(comparison.count.listed[S_IFDIR, default: 0]) else {
        throw ListingFault.notUnderstood("a list of no directory")
      }
      try decoder.beginList()
      while try decoder.next() {
        let finding = try comparison.take(decoder.name, decoder.entry, decoder.attributes)
        early?.take(decoder.name, decoder.entry, decoder.attributes, finding)
        unacknowledged += 1
      }
      isListedAfterFailure = isListedAfterFailure || early?.hasFailed ?? false
      try early?.request(over: stream, first: decoder.firstNumber)
      try comparison.endList()
      errors.formUnion(HostErrors(rawValue: decoder.errors))
    }
    try readList()
    var ended = 0
    reading: while true {
      switch try stream.index() {
      case Self.done:
        // An answer to an acknowledgement.
        guard ended < lists - 1 else { throw ListingFault.notUnderstood("an end before the end") }
        ended += 1
      case Self.endOfLists: break reading
      case let index where index <= Self.firstDirectory:
        // The list before this one is done with. Of the last that it has told it must hear nothing before it says that
        // there are no more, or it takes that for the end.
        stream.write([Self.doneByte])
        if unacknowledged >= Self.portion {
          try stream.send()
          unacknowledged = 0
        }
        try readList()
      case let index: try Self.take(index, from: stream, early)
      }
    }
    try takeLeave(stream, after: ended, of: lists, early)
    try early?.finish()
    try comparison.finish()
    let isUnsure = isListedAfterFailure && errors.union(others).contains(.general)
    // The transfer asks again for what was not sent, and tells what it finds: that is no error of the list, though the host
    // counts it as one.
    errors.formUnion(early?.hasFailed ?? false ? others.subtracting(.general) : others)
    return Outcome(
      errors: errors, isUnsure: isUnsure, receivedBytes: stream.receivedBytes, sentBytes: stream.sentBytes)
  }

  private static func take(_ index: Int32, from stream: ListingStream, _ early: EarlyFetch?) throws {
    guard index >= 0, let early else { throw ListingFault.notUnderstood("the index \(index)") }
    try early.receive(index, from: stream)
  }

  /// - Returns: what the host mixes into checksums.
  private func greet(_ stream: ListingStream) throws(ListingFault) -> ChecksumSeed {
    stream.write(integer: Self.version)
    let version = try stream.integer()
    guard (Self.version...Self.newestVersion).contains(version) else {
      throw .notUnderstood("version \(version) of rsync's protocol")
    }
    let abilities = try stream.number()
    guard abilities & Self.listsGradually != 0, abilities & Self.endsListsSafely != 0,
      abilities < Self.firstUnknownAbility
    else { throw .notUnderstood("a list of another kind (\(abilities))") }
    let seed = ChecksumSeed(value: try stream.integer(), comesFirst: abilities & Self.mixesSeedFirst != 0)
    try stream.beginPackets()
    for rule in includes.map({ "+ \($0)" }) + excludes.map({ "- \($0)" }) {
      stream.write(integer: UInt32(rule.utf8.count))
      stream.write(rule.utf8)
    }
    stream.write(integer: 0)
    return seed
  }

  /// Ends the conversation as rsync does that has asked for all it wants: the last list, and two rounds of files, of which
  /// none is asked for again.
  private func takeLeave(
    _ stream: ListingStream, after ended: Int, of lists: Int, _ early: EarlyFetch?
  ) throws {
    stream.write([Self.doneByte, Self.doneByte, Self.doneByte])
    for _ in ended..<(lists + 2) { try expectDone(stream, early) }
    // Bytes read and written, the size of all files, and how long the list took.
    for _ in 0..<5 { _ = try stream.longNumber(least: 3) }
    stream.write([Self.doneByte])
    try expectDone(stream)
    // All that was wanted is here: whether it hears this is its own matter.
    stream.write([Self.doneByte])
    try? stream.send()
  }

  private func expectDone(_ stream: ListingStream, _ early: EarlyFetch? = nil) throws {
    while true {
      let index = try stream.index()
      if index == Self.done { return }
      try Self.take(index, from: stream, early)
    }
  }
}
