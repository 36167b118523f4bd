// Deliveries as values: one message on its way to one target, and what has become of it.

package import Foundation
package import Spec

/// How far a delivery has come.
package enum DeliveryState: String, Sendable, Hashable, CaseIterable, SQLConvertible {
  case pending, delivered
  /// Given up.
  case failed
  /// Not sent: overtaken by a newer one, or its target has gone.
  case dropped
}

/// A message for one target.
package struct NewDelivery: Sendable, Hashable {
  package let notification: ResourceName
  /// The host that it is about; nil for a test.
  package let host: HostName?
  /// The message as JSON.
  package let notice: String

  package init(notification: ResourceName, host: HostName?, notice: String) {
    self.notification = notification
    self.host = host
    self.notice = notice
  }
}

/// A delivery as recorded.
package struct Delivery: Sendable, Hashable, Identifiable {
  /// Grows with each delivery.
  package let id: Int64
  package let notification: ResourceName
  package let host: HostName?
  package let notice: String
  package let state: DeliveryState
  /// How often it has been begun.
  package let attempts: Int
  /// When it is due; while it is being sent, when it is taken for lost and due again.
  package let nextAt: Date?
  package let lastError: String?
  package let createdAt: Date
  package let finishedAt: Date?
}
