// The routes of what has happened: events, purges, and notifications.

import Foundation
import HTTPTypes
import Store

extension Route {
  static let eventPages: [Route] = [
    .get("/events", .role(.viewer), "Lists events, those that happened last first.") { request, site in
      var filter = EventFilter()
      filter.host = try request.filteredHost()
      filter.severities = try request.chosen("severity")
      filter.since = try request.time("since")
      let (wanted, place, mayOperate) = (filter, try request.place(EventKey.self), request.may(.operator))
      return .page(
        try await site.views.page(key: "/events \(wanted) \(place) \(mayOperate)", lasting: 1) {
          let page = try await site.store.events(matching: wanted, at: place, limit: Route.historyPageLength)
          return Page(
            "Events", in: .events, .events, EventsView(page, wanted, mayOperate: mayOperate, now: site.now))
        })
    },
    .get("/purges", .role(.operator), "Lists the snapshots that were deleted, the latest first.") { request, site in
      let host = try request.filteredHost()
      let page = try await site.store.purges(of: host, at: try request.place(), limit: Route.historyPageLength)
      return .page(Page("Purges", in: .purges, .purges, PurgesView(page, host: host, now: site.now)))
    },
    .get("/deliveries", .role(.operator), "Lists notifications and whether they arrived, the latest first.") {
      request, site in
      let host = try request.filteredHost()
      let states: [DeliveryState] = try request.chosen("state")
      let page = try await site.store.deliveries(
        of: host, in: states, at: try request.place(), limit: Route.historyPageLength)
      let view = DeliveriesView(page, host: host, states: states, now: site.now)
      return .page(Page("Notifications sent", in: .events, .deliveries, view))
    },
  ]
}
