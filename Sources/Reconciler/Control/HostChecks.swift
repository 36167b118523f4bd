// Runs that only look: preflights and dry runs. They take no lock, for a backup may go on meanwhile, and need no backup root
// that can be used, for to say what is wrong with it is what they are for.

package import Engine
package import Spec
import Store

extension Environment {
  /// Carries out a run that only looks; nil for one that does more.
  func look(for job: Job) async throws -> Execution? {
    let kind = job.run.kind
    guard kind == .preflight || kind == .dryRun else { return nil }
    guard case .declared(let host) = job.host else { return .finished(.undeclared(job.run.host)) }
    await job.begins()
    guard kind == .preflight else {
      return .finished(RunResult(dryRun: try await dryRun(host, settings: job.settings)))
    }
    return .finished(RunResult(preflight: try await preflight(host, settings: job.settings)))
  }

  /// Looks whether backups of a host can be made.
  package func preflight(_ host: EffectiveHost, settings: Settings?) async throws -> PreflightReport {
    let root = try await preflightRoot(of: host.name, settings: settings)
    let preflight = Preflight(
      of: host, root: root, runner: runner, sshDefaults: await sshDefaults.current(for: host, runner: runner),
      now: clock.now)
    return try await preflight.run()
  }

  private func dryRun(_ host: EffectiveHost, settings: Settings?) async throws -> DryRunResult {
    let root = try await preflightRoot(of: host.name, settings: settings)
    let dryRun = DryRun(
      of: host, root: root, runner: runner, sshDefaults: await sshDefaults.current(for: host, runner: runner),
      now: clock.now)
    return try await dryRun.run()
  }

  private func preflightRoot(of host: HostName, settings: Settings?) async throws -> PreflightRoot {
    guard let path = settings?.backupRoot else { return PreflightRoot(path: nil, expectedID: nil) }
    let rename = try await store.renames(concerning: host).first { $0.to == host }
    return PreflightRoot(path: path, expectedID: try await store.rootID(of: path), formerName: rename?.from)
  }
}

extension RunResult {
  /// A preflight: failed where anything is in the way of a backup.
  init(preflight report: PreflightReport) {
    let state: RunState = report.blocksBackup ? .failed : report.warnings.isEmpty ? .succeeded : .warning
    self.init(
      state: state, errorCode: report.firstBlocker?.name.rawValue, message: report.summary, log: report.text,
      report: report.document)
  }

  init(dryRun result: DryRunResult) {
    switch result.outcome {
    case .success(let figures):
      self.init(
        state: figures.note == nil ? .succeeded : .warning, message: figures.summary, log: result.log,
        report: figures.document)
    case .failure(let failure): self.init(failure: failure, log: result.log)
    }
  }
}
