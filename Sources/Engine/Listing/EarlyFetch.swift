// Small files that differ, fetched from the host's rsync while it still lists: it sends them to any client that asks
// (rsync's generator.c, sender.c and match.c). What needs no content is gathered beside them. What does not come in this
// way, the transfer fetches.
//
// A transfer of its own costs another login, and rsync's look at every name on both sides again: for what changes in a
// usual night that takes several times as long as the content.

import CLinux
import Crypto
import Glibc

/// Asks for files in the middle of a list, and takes what comes. Used by one thread.
///
/// A file gets its name only if its whole content has the digest that the host gives of it, so that neither a wrong block
/// nor a base that somebody writes to makes a wrong file.
final class EarlyFetch {
  private struct Candidate {
    /// Its place in `names`.
    let place: Int
    let path: TreePath
    let entry: ListedEntry
    /// The size of what the base has there, in bytes; 0 for nothing that is worth comparing with.
    let basisSize: Int64
  }

  private struct Request {
    let index: Int32
    let path: TreePath
    let entry: ListedEntry
    let blocks: BlockSums.Head
  }

  private(set) var arrivals = EarlyArrivals()
  /// What needs no content.
  private(set) var nodes = ToldNodes()

  private let path: String
  private let directory: Int32
  private let basis: Descent
  private var seed = ChecksumSeed(value: 0, comesFirst: true)
  /// What is in the directory that is being listed, but for directories. The top of the tree, with which the first list
  /// begins, comes first of all, as if it had no name.
  private var names = PathList()
  private var candidates: [Candidate] = []
  /// What was asked for, in the order in which it comes, and how much of it has come or will not.
  private var requests: [Request] = []
  private var answered = 0
  /// Files of several names of which one was asked for.
  private var linkedFiles: Set<ListedEntry.LinkedFile> = []
  /// What is still to come.
  private var pending: Set<Int32> = []
  /// What was asked for and will not come. The host says so ahead of what it sends.
  private var unsent: Set<Int32> = []
  /// Whether something that was asked for did not arrive.
  private(set) var hasFailed = false
  /// What may still be asked for, in bytes and in files. What has arrived is of no use to the next backup if this one is
  /// stopped, so it is not to be much.
  private var budget: Int64 = 64 << 20
  private var left = 10_000
  /// Whether files get an ACL or a label by themselves where they are made, so that they are not as the host has them.
  /// Then nothing is asked for or gathered.
  let isOff: Bool
  /// Whether the host reads files that not everybody may read, as far as that is known.
  private let readsAll: Bool

  /// In bytes. A file is kept in memory until it is whole.
  private static let longest: Int64 = 4 << 20
  /// In bytes. What is no longer is asked for as a whole.
  private static let shortestCompared: Int64 = 32 << 10
  /// In bytes. What has become longer is not waited for.
  private static let longestReply = 64 << 20
  /// With more names than this in a directory, their order would cost more than it is worth.
  private static let mostNames = 20_000
  /// What a host sends in one piece (rsync.h, CHUNK_SIZE).
  private static let longestPiece = 32 << 10
  // rsync.h, ITEM_TRANSFER.
  private static let transfer: UInt16 = 1 << 15

  /// - Parameters:
  ///   - path: an empty directory for what arrives.
  ///   - base: the tree that the list is held against.
  ///   - readsAll: whether to ask for files that not everybody may read.
  init(into path: String, base: String, readsAll: Bool) throws(DiskError) {
    self.path = path
    self.readsAll = readsAll
    basis = try Descent(base)
    directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard directory >= 0 else { throw DiskError("open", path) }
    let probe = openat(directory, "probe", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard probe >= 0 else {
      let error = DiskError("create", "\(path)/probe")
      close(directory)
      throw error
    }
    isOff = flistxattr(probe, nil, 0) > 0
    close(probe)
    unlinkat(directory, "probe", 0)
  }

  deinit { close(directory) }

  /// The conversation has begun.
  func begin(_ seed: ChecksumSeed) { self.seed = seed }

  // MARK: - Asking

  /// Takes the next entry of a list.
  ///
  /// - Parameter name: the path of the entry below the top.
  func take(
    _ name: [UInt8], _ entry: ListedEntry, _ told: ListedAttributes, _ finding: BaseComparison.Finding
  ) {
    if names.count < Self.mostNames {
      if name == [UInt8(ascii: ".")] { names.append(bytes: []) }
      if entry.kind != S_IFDIR {
        names.append(bytes: name[(name.lastIndex(of: TreePath.slash).map { $0 + 1 } ?? 0)...])
      }
    }
    guard case .differs(let path, from: let present) = finding, !isOff, Self.isBare(entry, told) else { return }
    if entry.kind == S_IFDIR || (entry.kind == S_IFLNK && entry.linkGroup == nil) {
      nodes.add(path, entry)
    } else if names.count < Self.mostNames, isWanted(entry, present) {
      candidates.append(
        Candidate(place: names.count - 1, path: path, entry: entry, basisSize: Self.basisSize(present, for: entry)))
    }
  }

  /// A file that is short, or has shrunk to a fraction of what it was, is sent sooner than compared: to read what the base
  /// has of it takes this disk a seek, and to look for that in it takes the host longer than to send it.
  private static func basisSize(_ present: stat?, for entry: ListedEntry) -> Int64 {
    guard let present, present.st_mode & S_IFMT == S_IFREG, present.st_size <= longest,
      present.st_size / 8 <= entry.size, entry.size > shortestCompared
    else { return 0 }
    return Int64(present.st_size)
  }

  /// Whether an entry has no ACLs and extended attributes, and all else can be given to something.
  private static func isBare(_ entry: ListedEntry, _ told: ListedAttributes) -> Bool {
    // To the kernel the largest number is no owner but the one that is there already.
    entry.nanoseconds < 1_000_000_000 && entry.owner != .max && entry.group != .max
      && told.extended[entry.extended].isEmpty
      && entry.accessList.map { AccessList.isAccess(nil, equalTo: told.accessLists[$0], mode: entry.mode) } ?? true
      && entry.defaultList.map { told.defaultLists[$0] == .none } ?? true
  }

  /// Whether an entry is a small file whose content may differ.
  private func isWanted(_ entry: ListedEntry, _ present: stat?) -> Bool {
    guard entry.kind == S_IFREG, entry.size <= Self.longest, readsAll || entry.mode & S_IROTH != 0 else { return false }
    // A new name may be one of a file that the base has under another.
    guard let present, present.st_mode & S_IFMT == S_IFREG else { return entry.linkGroup == nil }
    // With the same content, the transfer needs nothing of the host but has the base.
    return present.st_size != entry.size || present.st_mtim.tv_sec != Int(entry.seconds)
      || present.st_mtim.tv_nsec != entry.nanoseconds
  }

  /// A list is at its end: asks for what is wanted of it.
  ///
  /// - Parameter first: the index of its first entry.
  func request(over stream: ListingStream, first: Int32) throws(ListingFault) {
    defer {
      names = PathList()
      candidates = []
    }
    guard !candidates.isEmpty, names.count < Self.mostNames else { return }
    // Numbers go by order: what is no directory comes first, by its bytes (flist.c, f_name_cmp).
    var ranks = [Int32](repeating: 0, count: names.count)
    let order = names.indices.sorted { names.bytes(at: $0).lexicographicallyPrecedes(names.bytes(at: $1)) }
    for (rank, place) in order.enumerated() { ranks[place] = Int32(rank) }
    for candidate in candidates {
      let rank = ranks[candidate.place]
      let cost = max(candidate.entry.size, candidate.basisSize)
      guard left > 0, cost <= budget else { continue }
      // One name of a file is enough.
      if let file = candidate.entry.linkedFile, !linkedFiles.insert(file).inserted { continue }
      left -= 1
      budget -= cost
      let blocks = BlockSums(of: candidate.basisSize > 0 ? content(of: candidate.path) : [], seed: seed)
      let index = first + rank
      pending.insert(index)
      requests.append(Request(index: index, path: candidate.path, entry: candidate.entry, blocks: blocks.head))
      stream.write(index: index)
      stream.write([UInt8(truncatingIfNeeded: Self.transfer), UInt8(Self.transfer >> 8)])
      stream.write(blocks.bytes)
      try stream.send()
    }
  }

  /// What the base has; nothing if that cannot be had, for it is only to save traffic.
  private func content(of path: TreePath) -> [UInt8] {
    guard let directory = (try? basis.directory(path.parent)) ?? nil else { return [] }
    let file = openat(directory, path.name.cName, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= Int(Self.longest) else {
      return []
    }
    var content = [UInt8](repeating: 0, count: status.st_size)
    var count = 0
    while count < content.count {
      let more = content.withUnsafeMutableBytes { read(file, $0.baseAddress?.advanced(by: count), $0.count - count) }
      if more < 0, errno == EINTR { continue }
      guard more > 0 else { break }
      count += more
    }
    content.removeSubrange(count...)
    return content
  }

  // MARK: - What comes

  /// The host cannot send something; it has said why.
  func giveUp(_ index: UInt32) throws(ListingFault) {
    guard pending.remove(Int32(bitPattern: index)) != nil else {
      throw .notUnderstood("the file \(index), which is not sent and for which nobody has asked,")
    }
    unsent.insert(Int32(bitPattern: index))
    hasFailed = true
  }

  /// Nothing more comes.
  func finish() throws(ListingFault) {
    guard pending.isEmpty else { throw .notUnderstood("an end before all files have come") }
  }

  /// Takes a file, of which the index was read.
  func receive(_ index: Int32, from stream: ListingStream) throws {
    while answered < requests.count, unsent.contains(requests[answered].index) { answered += 1 }
    guard answered < requests.count, requests[answered].index == index else {
      throw ListingFault.notUnderstood("the file \(index), for which nobody has asked,")
    }
    let request = requests[answered]
    answered += 1
    pending.remove(index)
    let flags = UInt16(try stream.byte()) | UInt16(try stream.byte()) << 8
    guard flags == Self.transfer, try BlockSums.Head(from: stream) == request.blocks else {
      throw ListingFault.notUnderstood("the head of a file")
    }
    let content = try content(of: request, from: stream)
    var digest: [UInt8] = []
    try stream.read(Insecure.MD5.byteCount, into: &digest)
    // It has changed since it was listed, or while it was read, or could not be read.
    guard let content, content.bytes.count == request.entry.size,
      Insecure.MD5.hash(data: content.bytes).elementsEqual(digest), try keep(content.bytes, as: request)
    else {
      hasFailed = true
      return
    }
    arrivals.add(request.path, size: content.bytes.count, matched: content.matched)
  }

  private struct Content {
    var bytes: [UInt8] = []
    /// How much of it was in the base.
    var matched = 0
  }

  /// - Returns: nil for what is longer than anything that was asked for.
  private func content(of request: Request, from stream: ListingStream) throws -> Content? {
    var content = Content()
    var length = 0
    var known: [UInt8]?
    while true {
      let token = Int32(bitPattern: try stream.integer())
      if token == 0 { return length > Self.longest ? nil : content }
      if token > 0 {
        guard token <= Self.longestPiece else { throw ListingFault.notUnderstood("a piece of \(token) bytes") }
        try stream.read(Int(token), into: &content.bytes)
        length += Int(token)
      } else {
        guard let range = request.blocks.range(of: -(Int(token) + 1)) else {
          throw ListingFault.notUnderstood("a block of no file")
        }
        let base = known ?? self.content(of: request.path)
        known = base
        // Whoever has shortened the base meanwhile makes the digest another one.
        let block = base[min(range.lowerBound, base.count)..<min(range.upperBound, base.count)]
        content.bytes.append(contentsOf: block)
        content.matched += block.count
        length += block.count
      }
      guard length <= Self.longestReply else { throw ListingFault.tooMuch("bytes in a file that was small") }
      if length > Self.longest { content.bytes.removeAll(keepingCapacity: true) }
    }
  }

  /// - Returns: false if it cannot be made what it is to be. The transfer tells why.
  private func keep(_ content: [UInt8], as request: Request) throws(DiskError) -> Bool {
    let name = "\(arrivals.files.count)"
    let place = "\(path)/\(name)"
    let file = openat(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw DiskError("create", place) }
    defer { close(file) }
    var count = 0
    while count < content.count {
      let more = content.withUnsafeBytes { write(file, $0.baseAddress?.advanced(by: count), $0.count - count) }
      if more < 0, errno == EINTR { continue }
      guard more > 0 else { throw DiskError("write", place) }
      count += more
    }
    let entry = request.entry
    let time = timespec(tv_sec: Int(entry.seconds), tv_nsec: entry.nanoseconds)
    if fchown(file, entry.owner, entry.group) == 0, fchmod(file, entry.mode & 0o7777) == 0,
      futimens(file, [time, time]) == 0
    {
      return true
    }
    guard unlinkat(directory, name, 0) == 0 else { throw DiskError("delete", place) }
    return false
  }
}
