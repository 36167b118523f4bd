// What the page shows that tells people of a problem.

import HTTPTypes

struct ProblemView: Sendable {
  let status: String
  let title: String
  let detail: String?
  let remedy: String?
  let diagnostics: [ShownDiagnostic]
  /// Only where the log has more to say.
  let requestID: String?

  init(_ problem: WebProblem, id: String) {
    status = String(problem.status.code)
    title = problem.title
    detail = problem.detail
    remedy = problem.remedy
    diagnostics = problem.diagnostics.map { ShownDiagnostic($0) }
    requestID = problem.status.kind == .serverError ? id : nil
  }
}
