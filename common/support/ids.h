#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace users {

/// New identifiers come in through this, so that a test can foretell them.
class Ids {
 public:
  virtual ~Ids() = default;
  /// A UUID in its text form, lower case.
  virtual std::string new_uuid() = 0;
};

/// Random UUIDs (version 4) from libuuid.
class RandomIds final : public Ids {
 public:
  std::string new_uuid() override;
};

/// The lower-case form of a UUID in its 36-character text form (RFC 9562, section 4), whatever its version
/// and case; nothing for any other text.
std::optional<std::string> canonical_uuid(std::string_view text);

}  // namespace users
