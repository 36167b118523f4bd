// The API: applying a spec, and seeing what that would do.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let apiSpec: [Route] = [
    .api(
      .post, "/api/apply", .operator, "Makes a spec the desired state, as `pobsync apply` does.",
      Operation(
        id: "applySpec", tag: "Desired state",
        reads: [Ask.set, Ask.prune, Ask.takeOver, Ask.maxRemovals, Ask.dryRun], body: .spec(isRequired: true),
        answers: [.ok("ApplyOutcome", "What was done, or would be, resource by resource")])
    ) { call in try await ApiSpec.apply(call) },
    .api(
      .post, "/api/diff", .operator,
      "What applying a spec would change and what the loop would do then; without a spec, what is left to do.",
      Operation(
        id: "diffSpec", tag: "Desired state", reads: [Ask.set, Ask.prune, Ask.takeOver, Ask.maxRemovals],
        body: .spec(isRequired: false), answers: [.ok("Difference", "The difference, which changes nothing")])
    ) { call in try await ApiSpec.diff(call) },
  ]

  static let apiRoutes: [Route] =
    apiStatus + apiHosts + apiSnapshots + apiRuns + apiHistories + apiDeclared + apiSpec
}

enum ApiSpec {
  static func apply(_ call: ApiCall) async throws -> WebResponse {
    guard let upload = try SpecUpload(call.request) else {
      throw WebProblem.badRequest("it has no body; send the spec")
    }
    let store = call.site.store
    let proposal = try upload.proposal(call, known: try await store.desired().spec)
    guard try !call(Ask.dryRun) else {
      let review = try await store.preview(proposal.wanted, as: proposal.origin, proposal.options)
      if let refusal = review.refusal { throw refusal }
      return .json(ApplyOutcome(review, isDryRun: true).value)
    }
    let review = try await store.apply(
      proposal.wanted, as: proposal.origin, proposal.options,
      files: proposal.origin.isSpecSet ? upload.files : nil,
      noting: { NewAuditEntry(applying: proposal, by: call.request, $0, from: $1) }, at: call.site.now)
    return .json(ApplyOutcome(review, isDryRun: false).value)
  }

  static func diff(_ call: ApiCall) async throws -> WebResponse {
    let stored = try await call.site.store.desired()
    let upload = try SpecUpload(call.request)
    if upload == nil, let option = call.request.queryNames.first {
      throw WebProblem.badRequest("\(option) goes with a spec, and there is none in the body")
    }
    let proposal = try upload?.proposal(call, known: stored.spec)
    let report = try await DiffReport(of: proposal, to: stored, in: call.site.environment)
    return .json(.map(report.members))
  }
}
