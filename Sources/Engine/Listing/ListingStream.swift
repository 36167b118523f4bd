// The bytes and numbers of rsync's protocol, as a client reads and writes them: from version 30 on, multiplexed in both
// directions after the greeting (rsync's io.c).

import Glibc

/// Reads what a host's rsync sends and answers it. Used by one thread, which may block.
final class ListingStream {
  /// What comes besides data, by the number that rsync has for it (rsync.h, enum msgcode).
  enum Message: Hashable {
    /// A sentence for people; `isError` if something of the source is missing for it.
    case text([UInt8], isError: Bool)
    /// Bits of `HostErrors`.
    case ioError(UInt32)
    /// The index of a file that was asked for and is not sent.
    case notSent(UInt32)
  }

  private let descriptor: Int32
  private let hear: (Message) throws(ListingFault) -> Void
  private let buffer: UnsafeMutablePointer<UInt8>
  private var offset = 0
  private var filled = 0
  /// How much data is left before the head of the next packet.
  private var left = Int.max
  private var isMultiplexed = false
  private let timeout: Int
  private var answer: [UInt8] = []
  /// What was answered, as it goes over the wire.
  private var unsent: [UInt8] = []
  private static let mostUnsent = 4 << 20
  /// Whether the host has closed its ear.
  private var hearsNothing = false
  private var previousIndexes: (positive: Int32, negative: Int32) = (-1, 1)
  private var previousAsked: Int32 = -1
  private(set) var receivedBytes: Int64 = 0
  private(set) var sentBytes: Int64 = 0

  private static let capacity = 32 << 10
  /// What is kept of one sentence.
  private static let longestText = 8 << 10
  private static let dataTag: UInt32 = 7

  /// - Parameters:
  ///   - descriptor: a socket, which stays the caller's.
  ///   - timeout: how long nothing may come, in seconds; 0 for as long as it takes.
  ///   - hear: is given what comes besides data.
  init(_ descriptor: Int32, timeout: Int, hear: @escaping (Message) throws(ListingFault) -> Void) {
    self.descriptor = descriptor
    self.timeout = timeout
    self.hear = hear
    buffer = .allocate(capacity: Self.capacity)
    var limit = timeval(tv_sec: timeout, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
  }

  deinit { buffer.deallocate() }

  /// From here on, data comes and goes in packets.
  func beginPackets() throws(ListingFault) {
    try flush()
    isMultiplexed = true
    left = 0
  }

  // MARK: - Reading

  func byte() throws(ListingFault) -> UInt8 {
    if left == 0 { try findData() }
    if offset == filled { try fill() }
    let byte = buffer[offset]
    offset += 1
    left -= 1
    return byte
  }

  /// Appends bytes as they come.
  func read(_ count: Int, into bytes: inout [UInt8]) throws(ListingFault) {
    var missing = count
    while missing > 0 {
      if left == 0 { try findData() }
      if offset == filled { try fill() }
      let portion = min(missing, left, filled - offset)
      bytes.append(contentsOf: UnsafeBufferPointer(start: buffer + offset, count: portion))
      offset += portion
      left -= portion
      missing -= portion
    }
  }

  /// A number of four bytes.
  func integer() throws(ListingFault) -> UInt32 {
    var value: UInt32 = 0
    for place in 0..<4 { value |= UInt32(try byte()) << (8 * place) }
    return value
  }

  /// A number that takes less room the smaller it is (io.c, read_varint).
  func number() throws(ListingFault) -> UInt32 {
    let first = try byte()
    let extra = Self.extraBytes(first)
    guard extra > 0 else { return UInt32(first) }
    guard extra <= 4 else { throw .notUnderstood("a number of \(extra + 1) bytes") }
    var value: UInt64 = 0
    for place in 0..<extra { value |= UInt64(try byte()) << (8 * place) }
    value |= UInt64(first & (UInt8(truncatingIfNeeded: 1 << (8 - extra)) &- 1)) << (8 * extra)
    guard let number = UInt32(exactly: value) else { throw .notUnderstood("a number of more than 32 bits") }
    return number
  }

  /// The same of 64 bits, which takes `least` bytes or more (io.c, read_varlong).
  func longNumber(least: Int) throws(ListingFault) -> Int64 {
    let first = try byte()
    var value: UInt64 = 0
    for place in 0..<(least - 1) { value |= UInt64(try byte()) << (8 * place) }
    let extra = Self.extraBytes(first)
    guard least + extra <= 8 else {
      guard least + extra == 9 else { throw .notUnderstood("a number of \(least + extra) bytes") }
      for place in (least - 1)..<8 { value |= UInt64(try byte()) << (8 * place) }
      return Int64(bitPattern: value)
    }
    for place in (least - 1)..<(least + extra - 1) { value |= UInt64(try byte()) << (8 * place) }
    let head = extra == 0 ? first : first & (UInt8(truncatingIfNeeded: 1 << (8 - extra)) &- 1)
    return Int64(bitPattern: value | UInt64(head) << (8 * (least + extra - 1)))
  }

  /// How many bytes a number has more, by its first (io.c, int_byte_extra): as many as that has leading ones.
  private static func extraBytes(_ first: UInt8) -> Int { min((~first).leadingZeroBitCount, 6) }

  /// What stands for a file, a list or an end (io.c, read_ndx).
  func index() throws(ListingFault) -> Int32 {
    var first = try byte()
    if first == 0 { return -1 }
    let isNegative = first == 0xff
    if isNegative { first = try byte() }
    let previous = isNegative ? previousIndexes.negative : previousIndexes.positive
    let value: Int32
    if first == 0xfe {
      let (high, low) = (try byte(), try byte())
      if high & 0x80 != 0 {
        let (second, third) = (try byte(), try byte())
        value = Int32(low) | Int32(second) << 8 | Int32(third) << 16 | Int32(high & 0x7f) << 24
      } else {
        value = previous &+ (Int32(high) << 8 | Int32(low))
      }
    } else {
      value = previous &+ Int32(first)
    }
    if isNegative { previousIndexes.negative = value } else { previousIndexes.positive = value }
    return isNegative ? 0 &- value : value
  }

  /// Looks for the next data, and hands over what comes before it.
  private func findData() throws(ListingFault) {
    while left == 0 {
      left = 4
      let head = try integer()
      let (tag, length) = (head >> 24, Int(head & 0xff_ffff))
      if tag == Self.dataTag {
        left = length
        continue
      }
      left = length
      var text: [UInt8] = []
      try read(min(length, Self.longestText), into: &text)
      while left > 0 { _ = try byte() }
      try take(message: tag &- Self.dataTag, text)
    }
  }

  private func take(message number: UInt32, _ content: [UInt8]) throws(ListingFault) {
    switch number {
    case 1: try hear(.text(content, isError: true))
    case 2...8: try hear(.text(content, isError: false))
    case 22, 102:
      guard content.count == 4 else { throw .notUnderstood("an error of \(content.count) bytes") }
      let value = content.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      try hear(number == 22 ? .ioError(value) : .notSent(value))
    // What its time limit is, and that it is still there.
    case 33, 42: break
    // It ends with an error, which it has told before.
    case 86: throw .notUnderstood("an end with an error")
    default: throw .notUnderstood("a message of kind \(number)")
    }
  }

  private func fill() throws(ListingFault) {
    while true {
      try send()
      if !unsent.isEmpty, try !waitForEither() { continue }
      let count = recv(descriptor, buffer, Self.capacity, 0)
      if count > 0 {
        offset = 0
        filled = count
        receivedBytes += Int64(count)
        return
      }
      if count < 0, errno == EINTR { continue }
      throw count < 0 && [EAGAIN, EWOULDBLOCK].contains(errno) ? .timedOut : .ended
    }
  }

  /// Waits until something can be read or sent: a host that does not listen while it lists must not be waited for.
  ///
  /// - Returns: whether something can be read.
  private func waitForEither() throws(ListingFault) -> Bool {
    var events = pollfd(fd: descriptor, events: Int16(POLLIN | POLLOUT), revents: 0)
    let count = poll(&events, 1, timeout == 0 ? -1 : Int32(clamping: timeout * 1000))
    if count < 0, errno == EINTR { return false }
    guard count > 0 else { throw .timedOut }
    return Int32(events.revents) & ~POLLOUT != 0
  }

  // MARK: - Answering

  /// Sends bytes before the next wait for the host, if not now.
  func write(_ bytes: some Sequence<UInt8>) { answer.append(contentsOf: bytes) }

  func write(integer: UInt32) { answer.append(littleEndian: integer) }

  /// What stands for a file (io.c, write_ndx): told by what is between it and the last.
  func write(index: Int32) {
    let step = index - previousAsked
    previousAsked = index
    switch step {
    case 1..<0xfe: answer.append(UInt8(step))
    case 0...0x7fff: answer += [0xfe, UInt8(step >> 8), UInt8(truncatingIfNeeded: step)]
    default:
      answer += [0xfe, UInt8(truncatingIfNeeded: index >> 24) | 0x80, UInt8(truncatingIfNeeded: index)]
      answer += [UInt8(truncatingIfNeeded: index >> 8), UInt8(truncatingIfNeeded: index >> 16)]
    }
  }

  /// Waits until all is sent.
  func flush() throws(ListingFault) {
    try send()
    guard !hearsNothing else { throw .ended }
    while !unsent.isEmpty {
      var events = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let count = poll(&events, 1, timeout == 0 ? -1 : Int32(clamping: timeout * 1000))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .timedOut }
      try send()
    }
  }

  /// Sends what can be sent at once.
  func send() throws(ListingFault) {
    try packAnswer()
    if hearsNothing { unsent = [] }
    while !unsent.isEmpty {
      let count = unsent.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, [EAGAIN, EWOULDBLOCK].contains(errno) { return }
      guard count > 0 else {
        // It may have said why before it went.
        hearsNothing = true
        unsent = []
        return
      }
      unsent.removeFirst(count)
      sentBytes += Int64(count)
    }
  }

  private func packAnswer() throws(ListingFault) {
    var rest = answer[...]
    while !rest.isEmpty {
      let portion = rest.prefix(isMultiplexed ? 0xffff : rest.count)
      if isMultiplexed {
        let head = Self.dataTag << 24 | UInt32(portion.count)
        unsent.append(littleEndian: head)
      }
      unsent += portion
      rest = rest.dropFirst(portion.count)
    }
    answer.removeAll(keepingCapacity: true)
    guard unsent.count <= Self.mostUnsent else { throw .tooMuch("lists and files without an ear for what is asked") }
  }
}
