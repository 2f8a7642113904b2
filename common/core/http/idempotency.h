#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/http/idempotency_record.h"
#include "core/http/message.h"
#include "core/json/field_writer.h"
#include "core/support/clock.h"
#include "core/support/result.h"

/// Idempotent creation: a request that carries an Idempotency-Key creates one entity, however often it is
/// sent. https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
namespace serverless::http {

/// The maximum length of a key, in bytes.
constexpr std::size_t max_idempotency_key = 64;

/// Returns the Idempotency-Key of a request, or nothing when it has none. Fails with Problem::invalid unless
/// the key has 1 to 64 visible ASCII characters.
Result<std::optional<std::string>> idempotency_key(const Request& request);

/// Separates the values of the fields that canonical_text() lists first, and the caller from the key. Neither
/// such a value nor a key may contain it.
constexpr char fingerprint_separator = '\x1f';

namespace detail {

inline void append_text(std::string& text, const std::string& value) {
  text += value;
}
template <std::integral Integer>
void append_text(std::string& text, Integer value) {
  text += std::to_string(value);
}
template <typename Value>
void append_text(std::string& text, const std::optional<Value>& value) {
  if (value) append_text(text, *value);
}

}  // namespace detail

/// Returns a canonical text of the fields that have a value. A field that is added to the struct does not
/// change the text of values without it.
///
/// The values of the fields named in `first` come first, with a fingerprint_separator between two of them,
/// and the others follow directly, as a JSON object. So the last field in `first` must not be a text. This
/// keeps the canonical text of a service that began with these fields. A name that is no longer a field
/// leaves an empty value.
template <typename Values>
std::string canonical_text(const Values& values, std::initializer_list<std::string_view> first = {}) {
  std::string text;
  for (const std::string_view name : first) {
    if (name != *first.begin()) text += fingerprint_separator;
    for_each_field<Values>([&](auto field) {
      if (field.name == name) detail::append_text(text, values.*field.member);
    });
  }
  json::Writer json;
  json.begin_object();
  for_each_field<Values>([&](auto field) {
    if (std::ranges::find(first, field.name) != first.end()) return;
    json::write_field(json, values, field);
  });
  json.end_object();
  const std::string others = std::move(json).text();
  if (others != "{}") text += others;
  return text;
}

/// Returns the record of a request that arrived at `now`. It is valid for 25 hours: 24 hours, and one hour
/// for clock skew. `values` is a canonical text of the values of the entity to create.
IdempotencyRecord idempotency_record(std::string_view caller, std::string_view key, std::string_view values,
                                     Instant now);

}  // namespace serverless::http
