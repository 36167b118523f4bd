// What goes to a driver and comes from it.

/// Where something is on a page.
package enum Place: Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  case css(String)
  /// A button or a link with just this text.
  case words(String)

  package init(stringLiteral selector: String) { self = .css(selector) }

  package var description: String {
    switch self {
    case .css(let selector): selector
    case .words(let text): "a button or link “\(text)”"
    }
  }

  var query: [String: String] {
    switch self {
    case .css(let selector): ["using": "css selector", "value": selector]
    case .words(let text):
      // Hidden ones are passed over: on narrow screens, say.
      [
        "using": "xpath",
        "value": "//*[self::a or self::button][normalize-space(.)=\"\(text.replacing("\"", with: ""))\"]",
      ]
    }
  }
}

/// An element of a page, until the page puts another in its place.
package struct Element: Sendable, Hashable {
  let id: String

  /// The protocol's name for a reference to an element.
  static let key = "element-6066-11e4-a52e-4f735466cecf"
}

struct SessionMade: Decodable, Sendable {
  let sessionId: String
}

struct LogEntry: Decodable, Sendable {
  let level: String
  let message: String
}

struct Picture: Decodable, Sendable {
  let data: String
}

struct Script: Encodable, Sendable {
  let script: String
  let args: [String]
}

struct ScriptOn: Encodable, Sendable {
  let script: String
  let args: [[String: String]]
}

struct Developing<Parameters: Encodable & Sendable>: Encodable, Sendable {
  let cmd: String
  let params: Parameters
}

struct Metrics: Encodable, Sendable {
  let width: Int
  let height: Int
  var deviceScaleFactor = 1
  // A telephone's browser makes pages fit that are too wide; here it is to be seen that they are.
  var mobile = false
}

struct MediaFeature: Encodable, Sendable {
  let name: String
  let value: String
}

struct Media: Encodable, Sendable {
  let features: [MediaFeature]
}

struct CaptureOptions: Encodable, Sendable {
  var format = "png"
  var captureBeyondViewport = true
}

/// A session to be made.
struct NewSession: Encodable, Sendable {
  private let capabilities: Capabilities

  init(binary: String, downloads: String) {
    capabilities = Capabilities(alwaysMatch: Wanted(chrome: Chrome(binary: binary, downloads: downloads)))
  }

  private struct Capabilities: Encodable {
    let alwaysMatch: Wanted
  }

  private struct Wanted: Encodable {
    var browserName = "chrome"
    var logging = ["browser": "ALL"]
    let chrome: Chrome

    enum CodingKeys: String, CodingKey {
      case browserName
      case logging = "goog:loggingPrefs"
      case chrome = "goog:chromeOptions"
    }
  }

  private struct Chrome: Encodable {
    let binary: String
    // Tests run as root, and in containers whose /dev/shm is small.
    var args = [
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
      "--force-color-profile=srgb", "--no-first-run", "--disable-background-networking",
    ]
    let prefs: Preferences

    init(binary: String, downloads: String) {
      self.binary = binary
      prefs = Preferences(downloads: downloads)
    }
  }

  private struct Preferences: Encodable {
    let downloads: String
    var asks = false
    var keepsPasswords = false

    enum CodingKeys: String, CodingKey {
      case downloads = "download.default_directory"
      case asks = "download.prompt_for_download"
      case keepsPasswords = "credentials_enable_service"
    }
  }
}
