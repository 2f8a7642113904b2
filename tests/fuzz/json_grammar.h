#pragma once

#include <string_view>

#include "core/support/utf8.h"

namespace serverless::fuzz {

/// A parser for the grammar of RFC 8259 that does not use RapidJSON. Document::parse must accept the same
/// texts: at most `max_depth` levels deep, and without lone surrogates.
class JsonGrammar {
 public:
  static bool accepts(std::string_view text, std::size_t max_depth) {
    JsonGrammar grammar(text);
    return is_utf8(text) && grammar.value(max_depth) && grammar.rest_.empty();
  }

 private:
  explicit JsonGrammar(std::string_view text) : rest_(text) {}

  bool next_is(char c) const { return rest_.starts_with(c); }
  bool take(char c) { return take(std::string_view(&c, 1)); }
  bool take(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  bool take_one_of(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  void white_space() {
    while (take_one_of(" \t\n\r")) {
    }
  }
  bool token(char c) {
    white_space();
    if (!take(c)) return false;
    white_space();
    return true;
  }

  bool value(std::size_t depth) {
    white_space();
    const bool taken = next_is('{')   ? depth > 0 && object(depth - 1)
                       : next_is('[') ? depth > 0 && array(depth - 1)
                       : next_is('"') ? string()
                                      : take("true") || take("false") || take("null") || number();
    white_space();
    return taken;
  }

  bool object(std::size_t depth) {
    token('{');
    if (token('}')) return true;
    do {
      if (!string() || !token(':') || !value(depth)) return false;
    } while (token(','));
    return token('}');
  }

  bool array(std::size_t depth) {
    token('[');
    if (token(']')) return true;
    do {
      if (!value(depth)) return false;
    } while (token(','));
    return token(']');
  }

  bool string() {
    if (!take('"')) return false;
    while (!take('"')) {
      if (rest_.empty() || static_cast<unsigned char>(rest_.front()) < 0x20) return false;
      if (take("\\u")) {
        if (!escaped_code_point()) return false;
      } else if (take('\\')) {
        if (!take_one_of("\"\\/bfnrt")) return false;
      } else {
        rest_.remove_prefix(1);
      }
    }
    return true;
  }

  /// Takes what follows \u: one code unit, or a high surrogate and a low one.
  bool escaped_code_point() {
    const auto high = code_unit();
    if (high < 0 || (high >= 0xDC00 && high < 0xE000)) return false;
    if (high < 0xD800 || high >= 0xE000) return true;
    if (!take("\\u")) return false;
    const auto low = code_unit();
    return low >= 0xDC00 && low < 0xE000;
  }

  int code_unit() {
    constexpr std::string_view digits = "0123456789abcdef0123456789ABCDEF";
    int unit = 0;
    for (int i = 0; i < 4; ++i) {
      const auto digit = rest_.empty() ? std::string_view::npos : digits.find(rest_.front());
      if (digit == std::string_view::npos) return -1;
      unit = unit * 16 + static_cast<int>(digit % 16);
      rest_.remove_prefix(1);
    }
    return unit;
  }

  bool digits() {
    bool some = false;
    while (take_one_of("0123456789")) some = true;
    return some;
  }

  bool number() {
    take('-');
    if (!take('0') && !digits()) return false;
    if (take('.') && !digits()) return false;
    if (!take_one_of("eE")) return true;
    take_one_of("+-");
    return digits();
  }

  std::string_view rest_;
};

}  // namespace serverless::fuzz
