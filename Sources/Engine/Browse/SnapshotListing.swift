// Listings of a snapshot's directory, page by page: a directory may hold more than fits into memory.

/// A part of what is in a directory.
package struct SnapshotListing: Sendable, Hashable {
  /// Where an entry stands in its directory: directories come first, and each sort goes by the bytes of the names.
  package struct Place: Sendable, Hashable, Comparable {
    let isDirectory: Bool
    let name: [UInt8]

    init(isDirectory: Bool, name: [UInt8]) {
      self.isDirectory = isDirectory
      self.name = name
    }

    package static func < (left: Place, right: Place) -> Bool {
      left.isDirectory != right.isDirectory ? left.isDirectory : left.name.lexicographicallyPrecedes(right.name)
    }

    /// For an address: `d` or `e`, and the name, percent-encoded.
    package var text: String { (isDirectory ? "d" : "e") + SnapshotPath.encoded(name) }

    /// Reads what `text` gives.
    package init?(text: String) {
      guard let sort = text.first, sort == "d" || sort == "e",
        let name = SnapshotPath.decoded(Array(text.dropFirst().utf8))
      else { return nil }
      self.init(isDirectory: sort == "d", name: name)
    }
  }

  /// How many entries one listing has at most, unless told.
  package static let most = 10_000

  package let entries: [SnapshotEntry]
  /// How many there are in the directory.
  package let total: Int
  /// After which place it goes on; nil at the end.
  package let next: Place?
}

/// The first of many places, of which no more than twice as many are held at a time.
struct FirstPlaces {
  private let limit: Int
  private var places: [SnapshotListing.Place] = []
  private var last: SnapshotListing.Place?

  init(_ limit: Int) { self.limit = limit }

  mutating func add(_ place: SnapshotListing.Place) {
    if let last, last < place { return }
    places.append(place)
    guard places.count >= 2 * limit else { return }
    places = sorted
    last = places.last
  }

  var sorted: [SnapshotListing.Place] { Array(places.sorted().prefix(limit)) }
}
