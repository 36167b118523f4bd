// Schedule types as text values of a spec.

extension CronExpression: TextValue {
  package static var noun: String { "a cron expression" }
  package static var example: String { "15 2 * * *" }

  package init(text: String) throws(InvalidText) {
    do throws(CronParseError) {
      self = try CronExpression(parsing: text)
    } catch {
      throw InvalidText(error.message, offset: error.column)
    }
  }
}

extension TimeZoneName: TextValue {
  package static var noun: String { "a time zone" }
  package static var example: String { "Europe/Amsterdam" }

  package init(text: String) throws(InvalidText) {
    do throws(TimeZoneNameError) {
      self = try TimeZoneName(parsing: text)
    } catch {
      throw InvalidText(error.message)
    }
  }
}

extension TimeSpan: TextValue {
  package static var noun: String { "a duration" }
  package static var example: String { "20m" }

  package init(text: String) throws(InvalidText) {
    do throws(TimeSpanError) {
      self = try TimeSpan(parsing: text)
    } catch {
      throw InvalidText(error.message)
    }
  }
}

extension ByteSize: TextValue {
  package static var noun: String { "a size" }
  package static var example: String { "50MiB" }

  package init(text: String) throws(InvalidText) {
    do throws(ByteSizeError) {
      self = try ByteSize(parsing: text)
    } catch {
      throw InvalidText(error.message)
    }
  }
}
