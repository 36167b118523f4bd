// A spec that is to be applied, with all that goes with it: from spec files, or from a plan that was made of them.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct WantedSpec {
  let wanted: Spec
  let origin: ChangeOrigin
  let options: ApplyOptions
  /// The texts that it was read from.
  let files: [SourceText]
  /// What has to be as it was when it was planned; nil for spec files.
  let basis: PlanBasis?

  var proposal: SpecProposal { SpecProposal(wanted, as: origin, options) }

  /// Reads and checks spec files.
  ///
  /// - Parameter known: resources that references may mean besides those in the files.
  init(_ specs: SpecOptions, _ arguments: ApplyArguments, known: Spec) throws {
    let texts = try specs.read()
    let loaded = try SpecReader.read(texts, known: known)
    // Kept under names that mean the same from everywhere.
    files = texts.map { text in
      text.name == SpecSources.standardInputName
        ? text : SourceText(name: URL(fileURLWithPath: text.name).standardizedFileURL.path, bytes: text.bytes)
    }
    wanted = loaded.spec
    origin = specs.origin(of: loaded, set: arguments.set)
    var options = arguments.options
    options.moved = loaded.moved
    self.options = options
    basis = nil
  }

  /// Reads a plan, which must still be what the store allows.
  ///
  /// - Throws: if it is no plan, if it is stale, or if it is not as pobsync wrote it: what it would do has to be what
  ///   it shows.
  init(planAt path: String, in store: Store) async throws {
    let plan = try PlanFiles.read(path)
    // Before its spec is read: what that refers to may be what is gone.
    try await store.check(plan.basis)
    let known = try await store.desired().spec
    do throws(PlanFileError) {
      wanted = try plan.spec(known: known)
    } catch {
      throw CommandFailure("\(path) \(error)")
    }
    origin = ChangeOrigin(source: plan.set, actor: StoreOptions.actor)
    options = plan.options
    files = plan.files
    basis = plan.basis
    let review = try await store.preview(wanted, as: origin, options)
    let shown = plan.report.first { $0.key == "changes" }?.value
    // Where the desired state has changed meanwhile, the plan is refused as stale when it is applied.
    guard review.revision != plan.basis.revision || DiffReport.changes(of: review) == shown else {
      let altered = PlanFileError.damaged("the changes that it shows are not those that its spec makes")
      throw CommandFailure("\(path) \(altered)")
    }
  }
}
