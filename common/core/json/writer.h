#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/json/json.h"

namespace serverless::json {

/// Writes compact JSON text from front to back. Strings must be well-formed UTF-8; only the characters that
/// JSON requires to be escaped are escaped.
///
///     Writer w;
///     w.begin_object().member("name", "José").key("tags").begin_array().value("a").end_array().end_object();
///     std::string text = std::move(w).text();
class Writer {
 public:
  Writer();
  ~Writer();
  Writer(Writer&&) noexcept;
  Writer& operator=(Writer&&) noexcept;

  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);

  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(const std::string& text) { return value(std::string_view(text)); }
  template <std::integral T>
  Writer& value(T number) {
    if constexpr (std::same_as<T, bool>) {
      return boolean(number);
    } else {
      return integer(static_cast<std::int64_t>(number));
    }
  }
  Writer& value(std::nullptr_t);
  /// Copies a parsed value, which must exist. It must not contain fractions or integers beyond 64 bits,
  /// because the parser does not keep their values.
  Writer& value(const Value& value);
  /// Writes a value that is already JSON text.
  Writer& raw(std::string_view json);

  template <typename T>
  Writer& member(std::string_view name, const T& content) {
    return key(name).value(content);
  }

  /// Returns the text, which is complete once every object and array has ended.
  std::string text() &&;

 private:
  Writer& boolean(bool truth);
  Writer& integer(std::int64_t number);

  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace serverless::json
