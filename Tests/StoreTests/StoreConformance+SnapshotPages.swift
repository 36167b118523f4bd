// Snapshots of all hosts, page by page: each on one page, in one order, with its pin.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  private func record(_ number: Int, _ name: String, _ status: SnapshotStatus, in store: Store) async throws {
    try await store.record(
      Snapshot(host: try host(name), id: try snapshotID(number), status: status, startedAt: later(number)), at: noon)
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `snapshots are paged by host, kind and name`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      for name in ["web-1", "db", "web-2"] {
        for number in 1...4 { try await record(number, name, number == 2 ? .partial : .success, in: store) }
      }
      let pin = SnapshotPin(reason: nil, until: nil, actor: "ann", pinnedAt: noon)
      try await store.pin(try snapshotID(3), of: try host("web-1"), pin)

      var found: [Snapshot] = []
      var key: SnapshotKey?
      var sizes: [Int] = []
      repeat {
        let page = try await store.snapshots(matching: SnapshotFilter(), after: key, limit: 5)
        found += page.snapshots
        sizes.append(page.snapshots.count)
        key = page.hasMore ? page.snapshots.last.map { SnapshotKey(host: $0.host, id: $0.id) } : nil
      } while key != nil
      #expect(sizes == [5, 5, 2])
      #expect(found.map(\.host.description) == ["db", "web-1", "web-2"].flatMap { Array(repeating: $0, count: 4) })
      let ids = try (1...4).map { try snapshotID($0) }
      #expect(found.map(\.id) == ids + ids + ids)
      #expect(found.filter { $0.pin != nil }.map(\.id) == [try snapshotID(3)])

      var filter = SnapshotFilter()
      filter.host = try host("web-2")
      filter.statuses = [.success]
      filter.since = later(3)
      let page = try await store.snapshots(matching: filter, after: nil, limit: 5)
      #expect(page.snapshots.map(\.id) == [try snapshotID(3), try snapshotID(4)])
      #expect(!page.hasMore && page.retained.isEmpty)
      filter.kinds = [.manual]
      #expect(try await store.snapshots(matching: filter, after: nil, limit: 5).snapshots.isEmpty)
    }
  }
}
