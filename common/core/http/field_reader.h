#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "core/http/json_body.h"
#include "core/json/json.h"
#include "core/support/field_errors.h"
#include "core/support/fields.h"
#include "core/support/result.h"

/// Reads the fields that a struct declares (support/fields.h) from the body of a request.
namespace serverless::http {

namespace detail {

Checked<std::string_view> text(json::Value value);
Checked<std::int64_t> integer(json::Value value);
Checked<bool> boolean(json::Value value);

void refuse_unknown_fields(json::Value object, std::span<const std::string_view> known, FieldErrors& faults);
void refuse_empty_object(json::Value object, std::span<const std::string_view> known, FieldErrors& faults);

template <typename Values>
constexpr auto field_names() {
  return std::apply([](const auto&... field) { return std::array{field.name...}; }, Values::fields());
}

/// Passes the value of a member that exists to `set`, or adds its fault.
template <typename Field, typename Set>
void read(const Field& field, json::Value value, FieldErrors& faults, Set set) {
  auto checked = [&] {
    if constexpr (std::same_as<typename Field::Value, bool>) {
      return boolean(value).and_then(field.rule);
    } else if constexpr (std::integral<typename Field::Value>) {
      return integer(value).and_then(field.rule);
    } else {
      return text(value).and_then(field.rule);
    }
  }();
  if (checked) {
    set(*std::move(checked));
  } else {
    faults.add(field.name, checked.error().code, checked.error().message);
  }
}

}  // namespace detail

/// Reads the body of a creation: a JSON object with the fields of Values, of which only optional ones may be
/// absent, and no other member. null is not a value. Fails with Problem::invalid, which lists up to 50
/// invalid fields, or fails like parse_json_object().
template <typename Values>
Result<Values> read_values(std::string_view body) {
  return parse_json_object(body).and_then([](const json::Document& document) {
    const json::Value object = document.root();
    Values values = {};
    FieldErrors faults;
    for_each_field<Values>([&](auto field) {
      const json::Value value = object[field.name];
      if (value.is_missing()) {
        if (!field.is_optional) faults.add(field.name, "required", "is required");
      } else if (field.is_optional && value.is_null()) {
        faults.add(field.name, "wrong_type", "must not be null; leave the field out instead");
      } else {
        detail::read(field, value, faults, [&](auto read) { values.*field.member = std::move(read); });
      }
    });
    detail::refuse_unknown_fields(object, detail::field_names<Values>(), faults);
    return std::move(faults).value_or_problem(std::move(values));
  });
}

/// Reads the body of a change: a JSON Merge Patch (RFC 7396) with at least one of the fields of Values, and
/// no other member. null removes an optional field. Fails like read_values().
template <typename Values>
Result<Patch<Values>> read_patch(std::string_view body) {
  return parse_json_object(body).and_then([](const json::Document& document) {
    const json::Value object = document.root();
    Patch<Values> patch;
    FieldErrors faults;
    for_each_field<Values>([&](auto field) {
      const json::Value value = object[field.name];
      if (value.is_missing()) return;
      if constexpr (field.is_optional) {
        if (value.is_null()) {
          patch.set(field.member, std::nullopt);
          return;
        }
      }
      detail::read(field, value, faults, [&](auto read) { patch.set(field.member, std::move(read)); });
    });
    constexpr auto known = detail::field_names<Values>();
    detail::refuse_unknown_fields(object, known, faults);
    detail::refuse_empty_object(object, known, faults);
    return std::move(faults).value_or_problem(std::move(patch));
  });
}

}  // namespace serverless::http
