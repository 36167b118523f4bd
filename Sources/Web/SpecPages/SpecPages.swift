// The spec as a whole: pasted, compared, applied, downloaded, and how it came to be what it is.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let specPages: [Route] = [
    .get("/spec", .role(.operator), "The page on which a whole spec is pasted.") { request, site in
      let stored = try await site.store.desired()
      let text = request.query("current") == nil ? "" : stored.spec.maskedText
      return .specPage(SpecSubmission(text: text), nil, stored, at: site.now)
    },
    .post("/spec/edit", .role(.operator), "The page again, with the text that was sent.") { request, site in
      .specPage(SpecSubmission(request), nil, try await site.store.desired(), at: site.now)
    },
    .post("/spec/diff", .role(.operator), "Shows what applying a spec would change.") { request, site in
      try await SpecApplication(request, site).review()
    },
    .post("/spec/apply", .role(.operator), "Applies a spec that was reviewed.") { request, site in
      try await SpecApplication(request, site).carryOut()
    },
    .get("/spec/export", .role(.operator), "Everything that is declared, as one spec file, with secrets masked.") {
      _, site in
      var response = WebResponse.text(
        try await site.store.desired().spec.maskedText, type: "application/yaml; charset=utf-8")
      response.headers[.contentDisposition] = #"attachment; filename="hosts.yaml""#
      return response
    },
    .get("/spec/changes", .role(.operator), "Who changed what is declared, when, from what to what.") {
      request, site in try await SpecChangesView.answer(request, site)
    },
    .get("/settings", .role(.viewer), "The settings, and facts about the service, as far as the reader may see them.") {
      request, site in try await SettingsView.answer(request, site)
    },
  ]
}

extension Spec {
  /// The whole as a canonical document with secrets masked, which applies to no difference where they are known.
  fileprivate var maskedText: String { YAMLWriter.write(SpecWriter.document(self, isMasked: true)) }
}

extension WebResponse {
  fileprivate static func specPage(
    _ submission: SpecSubmission, _ problem: SubmissionProblem?, _ stored: StoredSpec, at now: Date
  ) -> WebResponse {
    let view = SpecView(submission, problem, stored: stored, at: now)
    return .page(Page("Spec", in: .spec, .spec, view, status: problem == nil ? .ok : .unprocessableContent))
  }
}

/// One spec that was sent.
private struct SpecApplication {
  private let submission: SpecSubmission
  private let request: WebRequest
  private let site: Site

  init(_ request: WebRequest, _ site: Site) {
    submission = SpecSubmission(request)
    self.request = request
    self.site = site
  }

  func review(isStale: Bool = false) async throws -> WebResponse {
    let stored = try await site.store.desired()
    let proposal: SpecProposal
    do throws(SubmissionProblem) {
      proposal = try submission.proposal(by: request, known: stored.spec)
    } catch {
      return .specPage(submission, error, stored, at: site.now)
    }
    let report = try await DiffReport(of: proposal, to: stored, in: site.environment)
    guard let review = report.review else { throw WebProblem.badRequest("nothing was proposed") }
    let view = SpecReviewView(
      submission, report, review, isStale: isStale)
    return .page(Page("Difference", in: .spec, .specReview, view, status: isStale ? .conflict : .ok))
  }

  func carryOut() async throws -> WebResponse {
    let store = site.store
    let stored = try await store.desired()
    let proposal: SpecProposal
    do throws(SubmissionProblem) {
      proposal = try submission.proposal(by: request, known: stored.spec)
    } catch {
      return .specPage(submission, error, stored, at: site.now)
    }
    guard let revision = request.field("revision").flatMap({ Int64($0) }), let digest = request.field("digest") else {
      throw WebProblem.badRequest("`revision` and `digest` have to be those of a review")
    }
    guard digest == submission.digest, revision == stored.revision else { return try await review(isStale: true) }
    let basis = PlanBasis(revision: revision, hosts: [:], everything: try await store.revisionOfAllHosts())
    let applied: SpecReview
    do {
      applied = try await store.apply(
        proposal.wanted, as: proposal.origin, proposal.options, files: submission.files(of: proposal),
        restingOn: basis,
        noting: { NewAuditEntry(applying: proposal, by: request, $0, from: $1) }, at: site.now)
    } catch let error as StoreError where error.code == .stalePlan {
      return try await review(isStale: true)
    }
    return .redirect(to: "/spec", notice: "The spec is applied: \(applied.difference.counts).")
  }
}
