// A service that follows a directory of specs, and how it says that it is well.

import Foundation
import Glibc
import Support
import Testing

@Suite struct SpecDirectoryTests {
  @Test func `a directory is applied at start and when it changes, and what is wrong changes nothing`() async throws {
    try await withInstallation { installation in
      let directory = try installation.scratch.makeDirectory("spec.d")
      try installation.scratch.write(installation.spec(), to: "spec.d/hosts.yaml")
      let service = try installation.start("run", "--spec-dir", directory, "--set", "fleet")
      defer { service.signal(SIGKILL) }
      try await poll(until: 30, "the first backup") { installation.snapshots().count == 1 }
      let described = try await installation.pobsync("describe", "host", "web-1").check()
      #expect(described.stdout.contains("by fleet, generation 1"), "\(described)")

      try installation.scratch.write(
        installation.spec(hosts: ["web-1": [], "web-2": []]), to: "spec.d/hosts.yaml")
      try await poll(until: 30, "the second host's backup") { installation.snapshots(of: "web-2").count == 1 }

      try installation.scratch.write("version: 1\nhosts: {web-3: {adress: x}}\n", to: "spec.d/more.yaml")
      try await poll(until: 30, "the refusal") {
        try await installation.pobsync("events", "-o", "json").check().stdout.contains("spec_refused")
      }
      #expect(try await installation.list("hosts").count == 2)
      #expect(service.stderr.contains("adress"), "\(service.stderr)")
      service.signal(SIGTERM)
      #expect(try await service.wait(timeout: 30).status == 0)
    }
  }

  @Test func `health is that of the services which run here`() async throws {
    try await withInstallation { installation in
      let none = try await installation.pobsync("health")
      #expect(none.status == 1)
      // A server's database is there before any service.
      #expect(TestDatabase.usesMariaDB || none.stderr.contains("there is no database yet"), "\(none)")
      let controller = try installation.start("controller")
      defer { controller.signal(SIGKILL) }
      try await poll(until: 30, "the controller to be well") {
        try await installation.pobsync("health", "--controller").status == 0
      }
      #expect(try await installation.pobsync("health").status == 0)
      let worker = try await installation.pobsync("health", "--worker")
      #expect(worker.status == 1 && worker.stderr == "pobsync: no worker is running here\n", "\(worker)")
      controller.signal(SIGKILL)
      try await controller.wait()
      #expect(try await installation.pobsync("health").status == 1)
    }
  }

  @Test(arguments: [["run", "--spec-prune"], ["controller", "--set", "x"]])
  func `options of the directory go with it`(arguments: [String]) async throws {
    let result = try await runTool(Product.pobsync, arguments)
    #expect(result.status == 64 && result.stderr.contains("goes with --spec-dir"), "\(result)")
  }
}
