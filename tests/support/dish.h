#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "core/support/fields.h"

namespace serverless::testing {

inline Checked<std::string> checked_title(std::string_view text) {
  if (text.empty()) return tl::unexpected(FieldFault{"too_short", "must not be empty"});
  return std::string(text);
}

inline Checked<std::string> any_text(std::string_view text) {
  return std::string(text);
}

/// Values with a field of each type, and with two optional fields of one type.
struct Dish {
  std::string title;
  std::int64_t price;
  bool vegan;
  std::optional<std::string> note = {};
  std::optional<std::string> origin = {};
  std::optional<int> heat = {};
  std::optional<bool> cold = {};

  static constexpr auto fields() {
    return std::tuple(Field("title", &Dish::title, checked_title),
                      Field("price", &Dish::price, integer_from<0, 100000>),
                      Field("vegan", &Dish::vegan, any_bool), Field("note", &Dish::note, any_text),
                      Field("origin", &Dish::origin, any_text),
                      Field("heat", &Dish::heat, integer_from<-1, 5>), Field("cold", &Dish::cold, any_bool));
  }

  bool operator==(const Dish&) const = default;
};

inline Dish soup() {
  return {.title = "Soup", .price = 450, .vegan = true};
}

/// Returns a dish with a value in each field.
inline Dish full_dish() {
  return {.title = "Mapo tofu",
          .price = 1290,
          .vegan = false,
          .note = "",
          .origin = "四川",
          .heat = 5,
          .cold = false};
}

}  // namespace serverless::testing
