// Reading the predecessor's files: tolerant of how they are written, strict about what they say.

/// Turns the predecessor's files into a configuration.
package enum LegacyReader {
  /// Reads a prefix's files. Host files that are no map at all are left out, and told; the rest is taken.
  ///
  /// - Throws: every complaint about every file, if a value is wrong anywhere; nothing is returned in part.
  package static func read(global: SourceText?, hosts: [SourceText]) throws(Diagnostics) -> LegacyReading {
    var assembly = Assembly()
    assembly.readGlobal(global, isMissed: !hosts.isEmpty)
    for source in hosts { assembly.readHost(source) }
    guard assembly.isSound else { throw Diagnostics(assembly.complaints) }
    return LegacyReading(
      assembly.configuration, warnings: assembly.warnings, leftOut: assembly.complaints, remarks: assembly.remarks,
      declarations: assembly.declarations)
  }

  /// What has been read so far.
  private struct Assembly {
    var configuration = LegacyConfiguration()
    var warnings: [Diagnostic] = []
    var remarks: [LegacyRemark] = []
    var declarations: [ResourceID: SpecDeclaration] = [:]
    /// Of wrong values and of files that are left out, in the order of the files.
    var complaints: [Diagnostic] = []
    /// Whether every value is right.
    var isSound = true
    private var isGlobalSound = true

    mutating func readGlobal(_ source: SourceText?, isMissed: Bool) {
      guard let source else {
        if isMissed { warnThatGlobal("is missing", in: SourceText(name: "config/global.yaml", "")) }
        return
      }
      switch Content(of: source) {
      case .nothing: warnThatGlobal("holds nothing", in: source)
      case .unreadable(let reasons):
        complaints += reasons
        (isSound, isGlobalSound) = (false, false)
      case .map(let root, let entries):
        var decoding = Decoding(source: source)
        decoding.subject = "the global configuration"
        let document = LegacyDocument(entries, of: root, by: .global, &decoding)
        LegacyGlobal.fields.decode(document.node, &decoding, into: &configuration.global)
        if decoding.diagnostics.isEmpty, configuration.global.retentionDefaults.keepsNothing {
          complainOfRetention(in: document, "retention_defaults", &decoding)
        }
        take(document, as: .settings, &decoding)
        isGlobalSound = isSound
      }
    }

    mutating func readHost(_ source: SourceText) {
      switch Content(of: source) {
      case .nothing:
        complaints.append(
          Diagnostic(
            .error, "the file holds nothing, and its host is left out",
            hint: "write `host: NAME` to take it with defaults only", in: source, at: .fileStart))
      case .unreadable(let reasons): complaints += reasons
      case .map(let root, let entries): readHost(entries, of: root, from: source)
      }
    }

    private mutating func readHost(_ entries: [YAMLEntry], of root: YAMLNode, from source: SourceText) {
      let key = entries.first { entry in
        LegacyKeys.host.key(spelt: (entry.key.string ?? "").inSnakeCase)?.path == "host" && !entry.value.isNull
      }
      let text = key.map { $0.value.string ?? "" } ?? source.stem
      var decoding = Decoding(source: source)
      decoding.subject = "host \(text.quoted)"
      let document = LegacyDocument(entries, of: root, by: .host, &decoding)
      var host = LegacyHost()
      LegacyHost.fields.decode(document.node, &decoding, into: &host)
      guard let name = name(key, text, at: root, &decoding) else {
        finish(&decoding)
        return
      }
      let id = ResourceID.host(name)
      if let first = declarations[id] {
        let place = "\(first.source.name):\(first.key.range.start.line):\(first.key.range.start.column)"
        decoding.record(
          "host \(text.quoted) has two files, the first at \(place)", hint: "remove or rename one of them",
          at: key?.value ?? root)
      }
      judgeRetention(of: host, in: document, &decoding)
      host.name = name
      configuration.hosts[name] = host
      take(document, as: id, named: key?.value ?? root, &decoding)
    }

    /// A host's name: that of the key, which is complained of when it is decoded, or that of the file.
    private func name(
      _ key: YAMLEntry?, _ text: String, at root: YAMLNode, _ decoding: inout Decoding
    ) -> HostName? {
      do throws(InvalidText) {
        return try HostName(text: text)
      } catch {
        if key == nil {
          decoding.record(
            "the file's name gives no host name: \(error.message)", hint: "name the host in the file: `host: NAME`",
            at: root)
        }
        return nil
      }
    }

    private func judgeRetention(of host: LegacyHost, in document: LegacyDocument, _ decoding: inout Decoding) {
      // With errors in the global file it is not known what holds.
      guard isGlobalSound, decoding.diagnostics.isEmpty, !host.retention.isEmpty,
        host.retention.completed(from: configuration.global.retentionDefaults).keepsNothing
      else { return }
      complainOfRetention(in: document, "retention", &decoding)
    }

    private func complainOfRetention(in document: LegacyDocument, _ key: String, _ decoding: inout Decoding) {
      guard case .mapping(let entries) = document.node.content,
        let entry = entries.first(where: { $0.key.string == key })
      else { return }
      decoding.inside(key) {
        $0.complain(
          "keeps nothing", hint: "set one of daily, weekly, monthly and yearly above 0, or leave all out",
          at: entry.value)
      }
    }

    private mutating func take(
      _ document: LegacyDocument, as id: ResourceID, named name: YAMLNode? = nil, _ decoding: inout Decoding
    ) {
      let source = decoding.source
      declarations[id] =
        declarations[id] ?? SpecDeclaration(source: source, key: name ?? document.node, value: document.node)
      for unknown in document.unknown {
        warnings.append(Diagnostic(.warning, unknown.message, hint: unknown.hint, in: source, at: unknown.range))
        let place = SpecPlace(file: source.name, line: unknown.range.start.line)
        remarks.append(LegacyRemark(id, unknown.message, place: place))
      }
      finish(&decoding)
    }

    private mutating func finish(_ decoding: inout Decoding) {
      complaints += decoding.diagnostics
      if !decoding.diagnostics.isEmpty { isSound = false }
    }

    private mutating func warnThatGlobal(_ what: String, in source: SourceText) {
      warnings.append(
        Diagnostic(
          .warning, "the global configuration \(what)",
          hint: "hosts are taken without a backup root, excludes and retention of their own", in: source,
          at: .fileStart))
    }
  }

  /// What a file holds.
  private enum Content {
    case nothing
    case map(YAMLNode, [YAMLEntry])
    case unreadable([Diagnostic])

    init(of source: SourceText) {
      do throws(Diagnostics) {
        self = Self.content(of: try YAML.parse(source).filter { !$0.isNull }, in: source)
      } catch {
        self = .unreadable(error.items)
      }
    }

    private static func content(of documents: [YAMLNode], in source: SourceText) -> Content {
      func unreadable(_ message: String, hint: String, at node: YAMLNode) -> Content {
        .unreadable([Diagnostic(.error, message, hint: hint, in: source, at: node.range)])
      }
      guard let root = documents.first else { return .nothing }
      if documents.count > 1 {
        return unreadable(
          "the file holds \(documents.count) documents, and may hold one", hint: "remove the others",
          at: documents[1])
      }
      guard case .mapping(let entries) = root.content else {
        return unreadable(
          "the file must be a map of keys and values, not \(root.noun)", hint: "write `key: value` lines", at: root)
      }
      return .map(root, entries)
    }
  }
}

extension SourceText {
  /// The file's name without its directory and its ending.
  fileprivate var stem: String {
    let file = name.split(separator: "/").last ?? ""
    for ending in [".yaml", ".yml"] where file.hasSuffix(ending) { return String(file.dropLast(ending.count)) }
    return String(file)
  }
}
