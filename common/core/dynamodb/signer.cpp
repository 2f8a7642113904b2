#include "core/dynamodb/signer.h"

#include <fmt/format.h>

#include <utility>

#include "core/support/ascii.h"

namespace serverless::dynamodb {
namespace {

/// Formats an instant as ISO 8601 without separators and fractions: `20260102T030405Z`.
std::string basic_time(Instant instant) {
  std::string text = to_rfc3339(instant);
  text.erase(text.find('.'), 4);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

}  // namespace

Signer::Signer(Credentials credentials, std::string region)
    : credentials_(std::move(credentials)), region_(std::move(region)) {}

const Sha256Digest& Signer::key_of(std::string_view day) {
  if (key_day_ != day) {
    const Sha256Digest day_key = hmac_sha256("AWS4" + credentials_.secret_access_key, day);
    const Sha256Digest region_key = hmac_sha256(bytes_of(day_key), region_);
    const Sha256Digest service_key = hmac_sha256(bytes_of(region_key), "dynamodb");
    key_ = hmac_sha256(bytes_of(service_key), "aws4_request");
    key_day_ = day;
  }
  return key_;
}

void Signer::sign(http::Headers& headers, std::string_view body, Instant now) {
  const std::string time = basic_time(now);
  const std::string_view day = std::string_view(time).substr(0, 8);
  headers.set("X-Amz-Date", time);
  if (credentials_.session_token) headers.set("X-Amz-Security-Token", *credentials_.session_token);

  std::string canonical_request = "POST\n/\n\n";
  std::string names;
  for (const auto& [name, value] : headers) {  // sorted by name, as the specification requires
    const std::string lower = ascii_lower_case(std::string_view(name));
    canonical_request.append(lower).append(":").append(value).append("\n");
    names.append(names.empty() ? "" : ";").append(lower);
  }
  canonical_request.append("\n").append(names).append("\n").append(hex(sha256(body)));

  const std::string scope = fmt::format("{}/{}/dynamodb/aws4_request", day, region_);
  const std::string string_to_sign =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, scope, hex(sha256(canonical_request)));
  headers.set("Authorization",
              fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                          credentials_.access_key_id, scope, names,
                          hex(hmac_sha256(bytes_of(key_of(day)), string_to_sign))));
}

}  // namespace serverless::dynamodb
