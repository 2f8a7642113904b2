#include "core/dynamodb/signer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/support/ascii.h"

namespace serverless::dynamodb {
namespace {

/// Most of it is the session token, of about 1,000 bytes.
constexpr std::size_t usual_canonical_size = 2048;

/// Formats an instant as ISO 8601 without separators and fractions: `20260102T030405Z`.
std::string basic_time(Instant instant) {
  std::string text = to_rfc3339(instant);
  text.erase(text.find('.'), 4);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

/// Returns the fields in the order of their names in lower case, as the specification requires.
std::vector<const http::Headers::Field*> sorted(const http::Headers& headers) {
  std::vector<const http::Headers::Field*> fields;
  fields.reserve(headers.size());
  for (const http::Headers::Field& field : headers) fields.push_back(&field);
  const auto lower = [](char c) { return ascii_lower_case(c); };
  std::ranges::sort(fields, [&](const auto* a, const auto* b) {
    return std::ranges::lexicographical_compare(a->first, b->first, {}, lower, lower);
  });
  return fields;
}

void append_lower_case(std::string& out, std::string_view name) {
  for (const char c : name) out.push_back(ascii_lower_case(c));
}

}  // namespace

Signer::Signer(Credentials credentials, std::string region)
    : credentials_(std::move(credentials)), region_(std::move(region)) {}

const HmacSha256& Signer::key_of(std::string_view day) {
  if (!key_ || key_->day != day) {
    const HmacSha256 secret("AWS4" + credentials_.secret_access_key);
    key_ = DayKey{.day = std::string(day),
                  .key = secret.derived(day).derived(region_).derived("dynamodb").derived("aws4_request")};
  }
  return key_->key;
}

void Signer::sign(http::Headers& headers, std::string_view body, Instant now) {
  const std::string time = basic_time(now);
  const std::string_view day = std::string_view(time).substr(0, 8);
  headers.set("X-Amz-Date", time);
  if (credentials_.session_token) headers.set("X-Amz-Security-Token", *credentials_.session_token);

  std::string canonical_request;
  canonical_request.reserve(usual_canonical_size);
  canonical_request.append("POST\n/\n\n");
  std::string names;
  for (const http::Headers::Field* field : sorted(headers)) {
    append_lower_case(canonical_request, field->first);
    canonical_request.append(":").append(field->second).append("\n");
    if (!names.empty()) names.push_back(';');
    append_lower_case(names, field->first);
  }
  canonical_request.append("\n").append(names).append("\n").append(to_hex(sha256(body)));

  const std::string scope = fmt::format("{}/{}/dynamodb/aws4_request", day, region_);
  const std::string string_to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, to_hex(sha256(canonical_request)));
  headers.set("Authorization",
              fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                          credentials_.access_key_id, scope, names, to_hex(key_of(day).of(string_to_sign))));
}

}  // namespace serverless::dynamodb
