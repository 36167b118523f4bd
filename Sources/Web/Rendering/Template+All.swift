// All templates; they are parsed once, when the server starts.

extension Template {
  static let all: [Template] = [layout, csrf, problem, signIn]
}
