// Adoption: of which backup roots anything may be removed.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `a root that held snapshots when it was first seen waits for a person`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let path = try AbsolutePath(text: "/mnt/backups")
      #expect(try await store.isRootAdopted(path), "nothing was recorded of one that was never seen")
      _ = try await store.rememberRoot(path, id: "A", isAdopted: false, at: noon)
      #expect(try await !store.isRootAdopted(path))
      _ = try await store.rememberRoot(path, id: "A", isAdopted: true, at: later(1))
      #expect(try await !store.isRootAdopted(path), "only a person adopts")

      let revision = try await store.hostChanges(after: 0).revision
      #expect(try await store.adoptRoot(path, by: "alice", at: later(2)))
      #expect(try await store.isRootAdopted(path))
      #expect(try await store.hostChanges(after: revision).concernsAll)
      let event = try #require(try await store.events(limit: 1).first)
      #expect(event.reason == "root_adopted")
      #expect(event.message == "alice has adopted the backup root /mnt/backups")
      #expect(try await !store.adoptRoot(path, by: "alice", at: later(3)))
      #expect(try await store.events(limit: 9).count == 1)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a root that was forgotten is seen anew`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let path = try AbsolutePath(text: "/mnt/backups")
      _ = try await store.rememberRoot(path, id: "A", at: noon)
      #expect(try await store.isRootAdopted(path))
      try await store.forgetRoot(path)
      _ = try await store.rememberRoot(path, id: "A", isAdopted: false, at: later(1))
      #expect(try await !store.isRootAdopted(path))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the same disk at another path is adopted if it was before`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (old, new) = (try AbsolutePath(text: "/mnt/old"), try AbsolutePath(text: "/mnt/new"))
      let (other, unknown) = (try AbsolutePath(text: "/mnt/other"), try AbsolutePath(text: "/mnt/unknown"))
      _ = try await store.rememberRoot(old, id: "A", at: noon)
      _ = try await store.rememberRoot(new, id: "A", isAdopted: false, at: noon)
      #expect(try await store.isRootAdopted(new))
      _ = try await store.rememberRoot(other, id: "B", isAdopted: false, at: noon)
      _ = try await store.rememberRoot(unknown, id: "B", isAdopted: false, at: noon)
      #expect(try await !store.isRootAdopted(other))
      #expect(try await !store.isRootAdopted(unknown))
    }
  }
}
