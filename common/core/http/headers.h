#pragma once

#include <cstddef>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace serverless::http {

/// Returns whether two header names are equal, ignoring case (RFC 9110, section 5.1).
bool same_name(std::string_view a, std::string_view b);

/// Header fields, ordered by name ignoring case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields.begin(), fields.end()) {}

  /// Sets the field; replaces an existing one.
  void set(std::string_view name, std::string_view value);
  /// Appends the value to the field's comma-separated list, or sets the field (RFC 9110, section 5.3).
  void add(std::string_view name, std::string_view value);
  /// Returns the value, which may be empty; nothing when there is no such field.
  std::optional<std::string_view> get(std::string_view name) const;

  bool empty() const { return fields_.empty(); }
  std::size_t size() const { return fields_.size(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  struct ComesBefore {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
  };

  // A map, as adding many fields to a vector would take quadratic time.
  std::map<std::string, std::string, ComesBefore> fields_;
};

/// Returns whether the text consists of visible ASCII characters only, and so is safe as a header value.
bool is_visible_ascii(std::string_view text);

/// Returns `text` without leading and trailing spaces and tabs (OWS of RFC 9110, section 5.6.3).
std::string_view trim_whitespace(std::string_view text);

}  // namespace serverless::http
