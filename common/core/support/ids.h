#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serverless {

/// The source of new identifiers; an interface, so that tests can predict them.
class Ids {
 public:
  virtual ~Ids() = default;
  /// Returns a new UUID in lower-case text form.
  virtual std::string new_uuid() = 0;
};

/// Random UUIDs (version 4) from libuuid.
class RandomIds final : public Ids {
 public:
  std::string new_uuid() override;
};

/// Returns the lower-case form of a UUID in its 36-character text form (RFC 9562, section 4), of any version
/// and in either case. Returns nothing for any other text.
std::optional<std::string> canonical_uuid(std::string_view text);

}  // namespace serverless
