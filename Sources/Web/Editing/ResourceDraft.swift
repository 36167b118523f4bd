// Drafts: a resource as somebody has written it, read by the reader of spec files. A form is read as the document that
// says the same, so that both have the same complaints.

import Spec

/// Why a draft cannot be applied.
struct DraftProblem: Error, Sendable {
  /// Said above everything.
  var sentence: String?
  var diagnostics: [Diagnostic] = []
  /// What is wrong with fields of a form, by their paths.
  var fields: [String: [String]] = [:]
}

/// A resource that was read from a draft.
struct ResourceDraft: Sendable {
  let id: ResourceID
  /// That resource and no other.
  let wanted: Spec
  /// The document that it was read from.
  let text: String

  /// Reads what somebody has written as YAML.
  init(yaml text: String, for target: EditTarget, known: Spec) throws(DraftProblem) {
    let loaded: LoadedSpec
    do throws(Diagnostics) {
      loaded = try SpecReader.read([SourceText(name: Self.fileName, text)], known: known)
    } catch {
      throw DraftProblem(diagnostics: error.items)
    }
    guard loaded.set == nil, loaded.moved.isEmpty else {
      throw DraftProblem(
        sentence: "`set` and `moved` are for whole specs: leave them out here, or apply this on the page Spec.")
    }
    id = try Self.subject(of: loaded.spec, target, known: known)
    wanted = loaded.spec
    self.text = text
  }

  private static func subject(of spec: Spec, _ target: EditTarget, known: Spec) throws(DraftProblem) -> ResourceID {
    let declared = spec.identifiers
    switch target {
    case .existing(let id):
      guard declared == [id] else {
        throw DraftProblem(
          sentence: declared.contains(id)
            ? "This page edits \(id) and nothing else: apply other resources on the page Spec."
            : "This page edits \(id), whose name cannot be changed here. `moved`, on the page Spec, renames a host.")
      }
      return id
    case .new(let kind):
      guard let id = declared.first, declared.count == 1, id.kind == kind else {
        throw DraftProblem(sentence: "This page declares one \(kind.noun) and nothing else.")
      }
      guard known.values(of: id) == nil else {
        throw DraftProblem(sentence: "There is \(id) already: choose another name, or edit that.")
      }
      return id
    }
  }

  /// Reads a form.
  ///
  /// - Parameter name: of the resource, which a new one has got in the form.
  init(form: ResourceForm, named name: String, for target: EditTarget, known: Spec) throws(DraftProblem) {
    let id = ResourceID(kind: form.kind, name: name)
    let (values, problems) = form.values()
    let text = Self.text(of: id, values)
    do throws(DraftProblem) {
      let draft = try ResourceDraft(yaml: text, for: target, known: known)
      guard problems.isEmpty else { throw DraftProblem(fields: problems) }
      self = draft
    } catch {
      throw error.placed(in: SourceText(name: Self.fileName, text), of: id, besides: problems)
    }
  }

  /// The document that declares a resource and no other.
  static func text(of id: ResourceID, _ values: [YAMLPair]) -> String {
    YAMLWriter.write(.map([YAMLPair("version", .int(1))] + SpecWriter.sections(of: id, values)))
  }

  /// What complaints call what was written here.
  private static let fileName = "<this page>"
}

extension DraftProblem {
  /// The same with complaints put beside the fields that they are about; what is about none stays above.
  fileprivate func placed(in source: SourceText, of id: ResourceID, besides problems: [String: [String]])
    -> DraftProblem
  {
    let places = FieldPlaces(source, declaring: id)
    var placed = DraftProblem(sentence: sentence, fields: fields.merging(problems) { $1 })
    for diagnostic in diagnostics {
      guard let field = places.field(at: diagnostic.range.start) else {
        placed.diagnostics.append(diagnostic)
        continue
      }
      let hint = diagnostic.hint.map { "; \($0)" } ?? ""
      placed.fields[field, default: []].append(diagnostic.message + hint)
    }
    return placed
  }
}
