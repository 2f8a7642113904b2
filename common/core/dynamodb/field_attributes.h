#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/dynamodb/item.h"
#include "core/support/fields.h"

/// Maps the fields that a struct declares (support/fields.h) to attributes of an item with the same names.
namespace serverless::dynamodb {

/// Appends an attribute for each field that has a value.
template <typename Values>
void append_fields(Attributes& attributes, const Values& values) {
  for_each_field<Values>([&](auto field) {
    const auto& value = values.*field.member;
    if constexpr (field.is_optional) {
      if (value) attributes.push_back({field.name, *value});
    } else {
      attributes.push_back({field.name, value});
    }
  });
}

/// Adds the fields that a patch sets or removes to a change.
template <typename Values>
void append_fields(ItemChange& change, const Patch<Values>& patch) {
  for_each_field<Values>([&](auto field) {
    const auto* value = patch.find(field.member);
    if (!value) return;
    if constexpr (field.is_optional) {
      if (*value) {
        change.set.push_back({field.name, **value});
      } else {
        change.remove.push_back(field.name);
      }
    } else {
      change.set.push_back({field.name, *value});
    }
  });
}

namespace detail {

template <typename Value>
std::optional<Value> read_attribute(const Item& item, std::string_view name) {
  if constexpr (std::same_as<Value, bool>) {
    return item.boolean(name);
  } else if constexpr (std::integral<Value>) {
    return item.number<Value>(name);
  } else {
    const auto text = item.string(name);
    return text ? std::optional<Value>(*text) : std::nullopt;
  }
}

}  // namespace detail

/// Reads the fields from an item. Returns nothing when a field has another type, or when a field that is not
/// optional is missing.
template <typename Values>
std::optional<Values> read_fields(const Item& item) {
  Values values = {};
  bool complete = true;
  for_each_field<Values>([&](auto field) {
    auto value = detail::read_attribute<typename decltype(field)::Value>(item, field.name);
    if constexpr (field.is_optional) {
      complete = complete && (value || !item.has(field.name));
      values.*field.member = std::move(value);
    } else if (value) {
      values.*field.member = *std::move(value);
    } else {
      complete = false;
    }
  });
  if (!complete) return std::nullopt;
  return values;
}

}  // namespace serverless::dynamodb
