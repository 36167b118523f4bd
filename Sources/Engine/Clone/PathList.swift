// Many paths in little room: one after the other in one array.

/// Paths of one tree, each in as many bytes as it has and eight.
struct PathList: Sendable, Hashable {
  private var storage: [UInt8] = []
  /// Where each path ends in `storage`.
  private var ends: [Int] = []

  init() {}

  init(_ paths: some Sequence<TreePath>) {
    for path in paths { append(path) }
  }

  /// How long all paths together are.
  var byteCount: Int { storage.count }

  mutating func append(_ path: TreePath) { append(bytes: path.bytes[...]) }

  mutating func append(bytes: ArraySlice<UInt8>) {
    storage.append(contentsOf: bytes)
    ends.append(storage.count)
  }

  /// The bytes of one path.
  func bytes(at index: Int) -> ArraySlice<UInt8> { storage[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

  /// Takes the last path away.
  mutating func popLast() -> TreePath? {
    guard let path = last else { return nil }
    ends.removeLast()
    storage.removeLast(path.bytes.count)
    return path
  }

  /// Takes the first half of the paths away, or the only one.
  mutating func takeFirstHalf() -> PathList {
    let count = (ends.count + 1) / 2
    guard count > 0 else { return PathList() }
    let length = ends[count - 1]
    var half = PathList()
    half.storage = Array(storage[..<length])
    half.ends = Array(ends[..<count])
    storage.removeFirst(length)
    ends = ends[count...].map { $0 - length }
    return half
  }

  /// The same paths in order, each once.
  func ordered() -> PathList {
    var list = PathList()
    list.storage.reserveCapacity(storage.count)
    list.ends.reserveCapacity(ends.count)
    for index in indices.sorted(by: { TreePath.precedes(bytes(at: $0), bytes(at: $1)) }) {
      let bytes = bytes(at: index)
      if !list.isEmpty, list.bytes(at: list.count - 1) == bytes { continue }
      list.append(bytes: bytes)
    }
    return list
  }

  /// Whether a path is in the list, which is in order.
  func contains(ordered path: TreePath) -> Bool {
    let place = self.place(of: path.bytes[...])
    return place < count && bytes(at: place) == path.bytes[...]
  }

  /// Whether a path, or anything below it, is in the list, which is in order.
  func leads(to path: TreePath) -> Bool {
    let place = self.place(of: path.bytes[...])
    guard place < count, bytes(at: place).starts(with: path.bytes) else { return false }
    let rest = bytes(at: place).dropFirst(path.bytes.count)
    return rest.isEmpty || rest.first == TreePath.slash || path == .root
  }

  /// Where in the list, which is in order, a path is or would be.
  private func place(of wanted: ArraySlice<UInt8>) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if TreePath.precedes(bytes(at: middle), wanted) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension PathList: RandomAccessCollection {
  var startIndex: Int { 0 }
  var endIndex: Int { ends.count }
  subscript(position: Int) -> TreePath { TreePath(known: Array(bytes(at: position))) }
}
