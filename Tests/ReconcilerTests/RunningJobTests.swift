// A run at work: its log is taken now and then, and only if anything has come; and figures of rounds.

import Spec
import Testing

@testable import Engine
@testable import Reconciler
@testable import Store

@Suite struct RunningJobTests {
  private func job() throws -> RunningJob {
    let request = RunRequest(host: try HostName(text: "web-1"), kind: .backup, trigger: .cli, reason: "asked")
    let keeper = LeaseKeeper(
      LeaseGrant(name: "worker/a", term: 1), duration: 60, elapsed: ElapsedClock { 0 }, begun: 0)
    return RunningJob(Run(id: 1, request, state: .running, queuedAt: try time("2026-05-19 12:00")), keeper: keeper)
  }

  private func command() throws -> RsyncCommand {
    let source = SourceText(name: "host.yaml", "version: 1\nhosts:\n  web-1: {address: web-1.example.net}\n")
    let host = try #require(try SpecReader.read([source]).spec.effectiveHost(HostName(text: "web-1")))
    return RsyncCommand(
      host: host,
      sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: "/k/known_hosts"), identityFile: nil),
      linkDestinations: [], bandwidthLimit: nil, includesFile: "/i", excludesFile: "/e", destination: "/d",
      rsyncBinary: "/usr/bin/rsync")
  }

  @Test func `a log is taken at most every two seconds, and if it has grown`() throws {
    let job = try job()
    #expect(job.takeLog(elapsed: 0) == nil, "there is none")
    let log = TransferLog()
    job.note(log)
    #expect(job.takeLog(elapsed: 1) == nil, "nothing has begun")
    log.begin(try command().arguments)
    let heading = try #require(job.takeLog(elapsed: 1))
    Array("a line\n".utf8).withUnsafeBytes { log.takeError($0) }
    #expect(job.takeLog(elapsed: 2.9) == nil, "it was taken just now")
    #expect(job.takeLog(elapsed: 3) == heading + "a line\n")
    #expect(job.takeLog(elapsed: 9) == nil, "it has not grown")
    Array("another\n".utf8).withUnsafeBytes { log.takeError($0) }
    #expect(job.takeLog(elapsed: 9) == heading + "a line\nanother\n")
  }

  @Test func `rounds are counted, and those timed that had something to do`() {
    let figures = TickFigures()
    var round = Controller.Round()
    round.isLeading = true
    figures.note(round, seconds: 0.001)
    round.planned = 3
    round.queued = [7, 8]
    figures.note(round, seconds: 2)
    #expect(figures.counts.isLeading)
    figures.note(nil, seconds: 9)
    let counts = figures.counts
    #expect(counts.rounds == 3 && counts.failed == 1 && counts.plannedHosts == 3 && counts.queuedRuns == 2)
    #expect(!counts.isLeading)
    #expect(counts.durations.count == 1 && counts.durations.sum == 2)
    #expect(counts.durations.cumulative == [0, 0, 0, 0, 0, 1, 1, 1, 1, 1])
  }
}
