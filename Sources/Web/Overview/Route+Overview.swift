// The route of the overview.

import Reconciler
import Spec
import Store

extension Route {
  static let overviewPages: [Route] = [
    .get("/", .role(.viewer), "Shows how everything is: what is late, failing, running, waiting and next.") {
      request, site in try await OverviewPage.answer(request, site)
    }
  ]
}

enum OverviewPage {
  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let mayOperate = request.may(.operator)
    let page = try await site.views.page(key: "/ \(mayOperate)", lasting: 1) {
      let (report, records) = try await site.environment.recordedStatus(queued: OverviewView.mostListed)
      let days = try await site.fleet.days.value
      let reserve = records.settings?.minFree?.bytes
      let disk = DiskView(
        report.backupRoot, reserve: reserve, spaceDays: try await site.fleet.spaceDays.value, mayOperate: mayOperate,
        now: report.at)
      return Page(
        "Overview", in: .overview, .overview, OverviewView(report, days: days, disk: disk, mayOperate: mayOperate))
    }
    return .page(page)
  }
}
