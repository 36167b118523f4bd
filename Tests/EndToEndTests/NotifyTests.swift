// Notifications from the command line: declared, tried out, listed, and never with their secrets.

import Foundation
import Support
import Testing

@Suite struct NotifyTests {
  @Test func `a notification is tried out and its deliveries are listed`() async throws {
    try await withInstallation { installation in
      let server = try HookServer(.status(200), .status(404))
      let secret = try installation.scratch.write("\(server.url("/services/canary"))\n", to: "slack", mode: 0o600)
      let spec = """
        version: 1
        notifications:
          chat: {type: slack, url_file: \(secret)}
          checks: {type: healthchecks, url_env: UNSET_HERE}

        """
      #expect(try await installation.apply(spec).stdout == "notification/chat created\nnotification/checks created\n")
      let listed = try await installation.pobsync("get", "notifications").check().stdout
      #expect(listed.contains("type=slack url_file=\(secret)"))

      let sent = try await installation.pobsync("notify", "test", "chat").check().stdout
      #expect(sent == "delivered: http://127.0.0.1:\(server.port) took it (status 200)\n")
      #expect(server.requests.first?.body.contains("pobsync: test of chat") == true)
      let refused = try await installation.pobsync("notify", "test", "chat")
      #expect(refused.status == 1)
      #expect(
        refused.stderr
          == "pobsync: not delivered: http://127.0.0.1:\(server.port) does not know this URL (status 404); "
          + "correct it, or make the hook anew\n")
      let unset = try await installation.pobsync("notify", "test", "checks", "--host", "web-1")
      #expect(unset.status == 1 && unset.stderr.contains("the environment variable UNSET_HERE is not set"))
      let unknown = try await installation.pobsync("notify", "test", "chatt")
      #expect(unknown.stderr == "pobsync: there is no notification `chatt`; did you mean `chat`?\n")

      let deliveries = try await installation.list("deliveries")
      #expect(deliveries.map { $0["notification"] as? String } == ["checks", "chat", "chat"])
      #expect(deliveries.map { $0["state"] as? String } == ["failed", "failed", "delivered"])
      #expect(try await installation.pobsync("get", "deliveries", "--host", "web-1").stdout.contains("checks"))
      let shown = try await [
        installation.pobsync("get", "deliveries", "-o", "json"), installation.pobsync("export"),
        installation.pobsync("get", "notifications", "-o", "yaml"), refused,
      ]
      for result in shown { #expect(!result.description.contains("canary")) }

      try await installation.pobsync("delete", "notification", "chat").check()
      #expect(try await installation.list("notifications").count == 1)
    }
  }
}
