// What is declared, for programs: the values that `get schedules -o json` and the API show.

package import Spec

extension Spec {
  /// The settings as they are declared.
  package var settingsValue: YAMLValue { .map(values(of: .settings) ?? []) }

  /// The resources of a kind, by name, each as it is declared.
  ///
  /// - Parameter isMasked: whether what may hold a secret is masked.
  package func resourceValues(_ kind: ResourceKind, isMasked: Bool = false) -> [YAMLValue] {
    identifiers.filter { $0.kind == kind }.map { id in
      let declared = values(of: id) ?? []
      return .map([YAMLPair("name", .string(id.name))] + (isMasked ? SecretMask.values(declared, in: id) : declared))
    }
  }
}
