// `pobsync diff`: what `apply` would change, and what the loop would do next. Changes nothing.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Diff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what apply would change and what the loop would do next.",
    discussion: """
      Without -f: what is left to do for the desired state as it is. Exit status 0: nothing differs and nothing is left
      to do now; 1: something is; 2: it could not be told. What waits, for a window, a next try or a person, is listed
      and changes no exit status: `pobsync status --check` tells whether a host has failed or is late. Nor does drift,
      which is what others have edited since it was declared.
      With --out, what is shown is also written as a plan, which `pobsync apply FILE` carries out just so, or refuses if
      anything that it rests on has changed. A plan holds the whole spec: keep it as you keep that.

      EXAMPLE
        pobsync diff -f hosts.yaml
        pobsync diff -f hosts.yaml --prune --out plan.json
        pobsync diff && echo nothing to do now
      """)

  @OptionGroup var specs: SpecOptions
  @OptionGroup var arguments: ApplyArguments
  @OptionGroup var storage: StoreOptions
  @OptionGroup var remote: RemoteOptions
  @OptionGroup var output: OutputOptions

  @Option(help: ArgumentHelp("With -f: write a plan to this file.", valueName: "file"))
  var out: String?

  @Flag(help: "With --out: overwrite the file even if it is no plan.")
  var force = false

  func validate() throws {
    if specs.files.isEmpty {
      if out != nil { throw ValidationError("--out goes with -f") }
      if arguments.areGiven { throw ValidationError("--set, --prune, --take-over and --max-removals go with -f") }
    }
    if force, out == nil { throw ValidationError("--force goes with --out") }
  }

  func run() async throws {
    let differs: Bool
    do {
      differs = try await compare()
    } catch {
      Pobsync.leave(with: error, status: 2)
    }
    if differs { throw ExitCode(1) }
  }

  private func compare() async throws -> Bool {
    if let server = try remote.connection(besides: storage) { return try await compare(with: server) }
    let environment = try await storage.environment()
    let store = environment.store
    let stored = try await store.desired()
    let spec = try specs.files.isEmpty ? nil : WantedSpec(specs, arguments, known: stored.spec)
    let report = try await DiffReport(of: spec?.proposal, to: stored, in: environment)
    try show(.map(report.members))
    if let spec, let review = report.review, let out {
      try await write(report, of: spec, review, to: out, in: environment)
    }
    return report.differs
  }

  /// - Throws: what keeps all of it from being carried out.
  func show(_ report: YAMLValue) throws {
    switch output.format {
    case .table: DiffPage(report).print()
    default: Listing(headers: [], rows: [], value: report, empty: "").print(as: output.format)
    }
    if let problem = report.known("problem")?.text { throw CommandFailure(problem) }
  }

  /// Writes what was shown as a plan, which rests on the spec and on the hosts that it changes, has work for, or of which
  /// it says that something waits.
  private func write(
    _ report: DiffReport, of spec: WantedSpec, _ review: SpecReview, to path: String,
    in environment: Reconciler.Environment
  ) async throws {
    if let refusal = review.refusal {
      throw CommandFailure("no plan was written, for `pobsync apply` would end with: \(refusal)")
    }
    let changed = review.difference.changes.filter { $0.kind != .unchanged && $0.id.kind == .host }
      .compactMap { try? HostName(text: $0.id.name) }
    let moved = review.difference.moves.flatMap { [$0.from, $0.to] }
    // Those that are deleted, or that cannot be looked at, have no plan of their own.
    var hosts = try await environment.store.hostRevisions(of: changed + moved)
    for host in report.seen where host.plan.action != nil || host.plan.hold != nil || hosts[host.name] != nil {
      hosts[host.name] = host.revision
    }
    let plan = PlanFile(
      spec.wanted, set: spec.origin.source, options: spec.options,
      basis: PlanBasis(
        revision: review.revision, hosts: hosts, everything: try await environment.store.revisionOfAllHosts()),
      files: spec.files, report: report.members,
      createdAt: environment.clock.now)
    try PlanFiles.write(plan, to: path, force: force)
    Terminal.writeError("the plan is in \(path); `pobsync apply \(path)` carries it out")
  }
}
