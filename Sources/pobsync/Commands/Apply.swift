// `pobsync apply`: spec files become the desired state, in one transaction.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct Apply: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make spec files the desired state.",
    discussion: """
      Checks everything first, and changes nothing if anything is wrong. Backups follow when the service next looks,
      within a second or so; --wait follows them until there is nothing left to do for the hosts that these files
      declare, and exits with 1 if something failed, if the time is up, or if no service is there. What waits for its
      window, a pause or a person is said, and is no failure.
      Each resource is declared as a whole: a field that is left out is taken back. What is not declared stays, unless
      --prune is given. A spec set is the one that --set names, else the `set` that the files name, else the directory
      of the first file. It owns what it declares: what another set, a command or the web has declared or edited
      otherwise is a conflict, and nothing is applied, unless --take-over is given.
      In place of -f, a plan that `pobsync diff -f … --out` has written is carried out just so; it is refused if
      anything that it rests on has changed.

      EXAMPLE
        pobsync apply -f hosts.yaml
        pobsync apply -f /etc/pobsync/spec.d --prune
        pobsync apply -f hosts.yaml --wait --timeout 2h
        pobsync apply plan.json
        pobsync apply -f hosts.yaml --server https://backup.example.net --token-file ~/.pobsync-token
      """)

  @Argument(help: ArgumentHelp("A plan to carry out, in place of -f.", valueName: "plan"))
  var plan: String?

  @OptionGroup var specs: SpecOptions
  @OptionGroup var arguments: ApplyArguments
  @OptionGroup var storage: StoreOptions
  @OptionGroup var remote: RemoteOptions

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  @Flag(help: "Follow the service until the hosts that are declared here are as declared.")
  var wait = false

  @Option(
    help: ArgumentHelp("With --wait: for at most so long, such as 90m; for ever otherwise.", valueName: "time"),
    transform: TimeSpan.fromCommandLine)
  var timeout: TimeSpan?

  func validate() throws {
    if plan == nil, specs.files.isEmpty { throw ValidationError("name a spec file with -f, or a plan") }
    if plan != nil {
      guard specs.files.isEmpty else { throw ValidationError("a plan and -f exclude each other") }
      guard !arguments.areGiven else {
        throw ValidationError("a plan says itself for which set it is, what it prunes and what it takes over")
      }
    }
    if wait, dryRun { throw ValidationError("--wait and --dry-run exclude each other") }
    if timeout != nil, !wait { throw ValidationError("--timeout goes with --wait") }
  }

  func run() async throws {
    if let server = try remote.connection(besides: storage) { return try await apply(at: server) }
    let environment = try await storage.environment()
    let store = environment.store
    let seen = wait ? try await Convergence.runsSeen(in: store) : 0
    let spec =
      if let plan {
        try await WantedSpec(planAt: plan, in: store)
      } else {
        try WantedSpec(specs, arguments, known: try await store.desired().spec)
      }
    let review =
      dryRun
      ? try await store.preview(spec.wanted, as: spec.origin, spec.options)
      : try await store.apply(
        spec.wanted, as: spec.origin, spec.options, files: spec.files, restingOn: spec.basis,
        at: WallClock.system.now)
    if dryRun, let refusal = review.refusal { throw refusal }
    ApplyOutcome(review, isDryRun: dryRun).print()
    guard wait, !spec.wanted.hosts.isEmpty else { return }
    var convergence = Convergence(
      environment, hosts: Set(spec.wanted.hosts.keys), seenUpTo: seen, timeout: timeout)
    guard try await convergence.wait() else { throw ExitCode(1) }
  }
}
