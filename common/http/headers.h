#pragma once

#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace users::http {

/// Whether two header names are the same, which they are without regard to case (RFC 9110, section 5.1).
bool same_name(std::string_view a, std::string_view b);

/// Header fields in the order of their names, whose case does not count.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  Headers() = default;
  Headers(std::initializer_list<Field> fields) : fields_(fields.begin(), fields.end()) {}

  /// Sets the field, replacing one of that name.
  void set(std::string_view name, std::string_view value);
  /// Adds the value to the field's list, after a comma when there is one already (RFC 9110, section 5.3).
  void add(std::string_view name, std::string_view value);
  std::optional<std::string_view> get(std::string_view name) const;

  bool empty() const { return fields_.empty(); }
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  struct ComesBefore {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
  };

  // Not a vector: with many fields, looking through all of them for each would take forever.
  std::map<std::string, std::string, ComesBefore> fields_;
};

/// Whether there is nothing but visible ASCII in the text, so that it can be a header's value as it is.
bool is_visible_ascii(std::string_view text);

/// `text` without the spaces and tabs around it (OWS of RFC 9110, section 5.6.3).
std::string_view trim_whitespace(std::string_view text);

}  // namespace users::http
