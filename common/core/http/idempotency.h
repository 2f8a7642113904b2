#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

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

/// The data by which the store recognises a repeated request. Neither the caller, the key nor the
/// values can be read from it.
struct IdempotencyRecord {
  /// Identifies the caller and the key.
  std::string digest;
  /// Identifies the values: equal for equal values.
  std::string fingerprint;
  Instant requested_at;
  /// The time from which the store may forget the record.
  Instant expires_at;

  bool operator==(const IdempotencyRecord&) const = default;
};

/// Separates the values of a fingerprint, and the caller from the key. Neither a key nor a value may contain
/// it.
constexpr char fingerprint_separator = '\x1f';

/// Returns a canonical text of the fields that have a value, except for those named in `excluded`. It is
/// empty when none has a value, so a field that is added to the struct does not change the text of values
/// without it.
template <typename Values>
std::string canonical_text(const Values& values, std::initializer_list<std::string_view> excluded = {}) {
  json::Writer json;
  json.begin_object();
  for_each_field<Values>([&](auto field) {
    if (std::ranges::find(excluded, field.name) == excluded.end()) json::write_field(json, values, field);
  });
  json.end_object();
  std::string text = std::move(json).text();
  return text == "{}" ? std::string() : text;
}

/// Makes the record of a request at `now`. It is valid for 25 hours: 24, and one hour for clock skew.
/// `values` is a canonical text of what the client wants to create.
IdempotencyRecord idempotency_record(std::string_view caller, std::string_view key, std::string_view values,
                                     Instant now);

}  // namespace serverless::http
