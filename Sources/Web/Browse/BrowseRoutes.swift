// The addresses of snapshots: the list, what is in them, downloads, and restores.

import Store

extension Route {
  static let snapshotPages: [Route] =
    [
      .get("/snapshots", .role(.viewer), "All snapshots, the newest first.") { request, site in
        try await SnapshotListView.page(request, site)
      },
      .get(path(.download) + "/**", .role(.operator), "A file of a snapshot, or a part of it.") { request, site in
        try await FileDownload.answer(request, site)
      },
    ] + looking + archives

  static let restorePages: [Route] = restores + restoresInPlace

  private static let looking: [Route] = topAndBelow(.look).map { path in
    Route.get(path, .role(.operator), "A directory or a file of a snapshot, and its versions.") { request, site in
      try await EntryPage.page(request, site)
    }
  }

  private static let archives: [Route] = topAndBelow(.tar).map { path in
    Route.get(path, .role(.operator), "A directory of a snapshot as a tar archive.") { request, site in
      try await ArchiveDownload.answer(request, site)
    }
  }

  private static let restores: [Route] = topAndBelow(.restore).flatMap { path -> [Route] in
    [
      Route.get(path, .role(.operator), "What would be restored, and where to.") { request, site in
        try await RestorePages.show(request, site, isOriginal: false)
      },
      Route.post(path, .role(.operator), "Asks for a restore into a directory of its own on the host.") {
        request, site in
        try await RestorePages.carryOut(request, site, isOriginal: false)
      },
    ]
  }

  private static let restoresInPlace: [Route] = topAndBelow(.restoreOriginal).flatMap { path -> [Route] in
    [
      Route.get(path, .role(.admin), "What would be restored over what is there now.") { request, site in
        try await RestorePages.show(request, site, isOriginal: true)
      },
      Route.post(path, .role(.admin), "Asks for a restore over what is there now.") { request, site in
        try await RestorePages.carryOut(request, site, isOriginal: true)
      },
    ]
  }

  /// The address of a snapshot's whole tree, and that of what is in it.
  private static func topAndBelow(_ verb: SnapshotAddress.Verb) -> [String] { [path(verb), path(verb) + "/**"] }

  private static func path(_ verb: SnapshotAddress.Verb) -> String { "/\(verb.rawValue)/:host/:kind/:name" }
}
