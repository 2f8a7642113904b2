#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serverless::http {

/// Header fields with different names, ignoring case, in the order in which they were set. Each access
/// compares the name with those of all fields, so code that reads headers from a peer must limit their
/// number.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  /// Calls add() for each field.
  Headers(std::initializer_list<Field> fields);

  /// Sets the field; replaces an existing one.
  void set(std::string_view name, std::string_view value);
  /// Appends the value to the field's comma-separated list, or sets the field (RFC 9110, section 5.3).
  void add(std::string_view name, std::string_view value);
  /// Returns the value, which may be empty; nothing when there is no such field. The view is valid until the
  /// next change.
  std::optional<std::string_view> get(std::string_view name) const;

  bool empty() const { return fields_.empty(); }
  std::size_t size() const { return fields_.size(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  Field* find(std::string_view name);
  void append(std::string_view name, std::string_view value);

  std::vector<Field> fields_;
};

/// Returns whether the text consists only of visible ASCII characters, and so is safe as a header value.
/// Returns true for an empty text.
bool is_visible_ascii(std::string_view text);

/// Returns `text` without leading and trailing spaces and tabs (OWS of RFC 9110, section 5.6.3).
std::string_view trim_whitespace(std::string_view text);

}  // namespace serverless::http
