#pragma once

#include <cstddef>

#include "core/json/writer.h"
#include "core/support/fields.h"

namespace serverless::json {

/// Writes a member for each field of `values` that has a value, but for the first `skipped` fields.
template <typename Values>
void write_fields(Writer& json, const Values& values, std::size_t skipped = 0) {
  for_each_field<Values>([&, index = std::size_t{0}](auto field) mutable {
    if (index++ < skipped) return;
    const auto& value = values.*field.member;
    if constexpr (field.is_optional) {
      if (value) json.member(field.name, *value);
    } else {
      json.member(field.name, value);
    }
  });
}

}  // namespace serverless::json
