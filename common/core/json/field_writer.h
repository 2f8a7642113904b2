#pragma once

#include "core/json/writer.h"
#include "core/support/fields.h"

namespace serverless::json {

/// Writes a member for a field, unless it is optional and has no value.
template <typename Values, typename Member, typename Rule>
void write_field(Writer& json, const Values& values, Field<Values, Member, Rule> field) {
  const auto& value = values.*field.member;
  if constexpr (field.is_optional) {
    if (value) json.member(field.name, *value);
  } else {
    json.member(field.name, value);
  }
}

/// Writes all fields.
template <typename Values>
void write_fields(Writer& json, const Values& values) {
  for_each_field<Values>([&](auto field) { write_field(json, values, field); });
}

}  // namespace serverless::json
