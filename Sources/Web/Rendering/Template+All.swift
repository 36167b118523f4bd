// All templates; they are parsed once, when the server starts.

extension Template {
  static let all: [Template] = look + core

  private static let look = [layout, badge, time, age, diagnostic, diffLine]
  private static let core = [csrf, signIn, problem]
}
