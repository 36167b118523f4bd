// Forgetting: what is old goes, and what planning rests on stays.

import Engine
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `old runs and events are forgotten, but for those since the newest good one`(_ maker: DatabaseMaker) async throws
  {
    try await maker.withStore { store in
      let worker = try await store.worker()
      var ids: [Int64] = []
      for (index, state) in [RunState.succeeded, .failed, .warning, .failed, .failed].enumerated() {
        let run = try await store.begin(try request(.backup), by: worker, at: later(index))
        try await store.finishRun(run, RunResult(state: state, message: "\(index)"), by: worker, at: later(index))
        ids.append(run.id)
      }
      let prune = try await store.begin(try request(.prune), by: worker)
      try await store.finishRun(prune, RunResult(state: .failed), by: worker, at: noon)
      #expect(try await store.forgetHistory(before: noon) == 0)
      #expect(try await store.forgetHistory(before: later(100), limit: 1) == 2)
      while try await store.forgetHistory(before: later(100)) > 0 {}
      #expect(try await store.runs(limit: 10).map(\.id) == [prune.id] + ids.suffix(3).reversed())
      #expect(try await store.events(limit: 10).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what is not old, or has not ended, is not forgotten`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      for at in [0, 200] {
        let run = try await store.begin(try request(.backup), by: worker, at: later(at))
        try await store.finishRun(run, RunResult(state: .succeeded, message: "\(at)"), by: worker, at: later(at))
      }
      let running = try await store.begin(try request(.backup), by: worker)
      while try await store.forgetHistory(before: later(100)) > 0 {}
      #expect(try await store.runs(limit: 10).map(\.id) == [running.id, running.id - 1])
    }
  }
}
