#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/http/headers.h"
#include "core/support/clock.h"
#include "core/support/sha256.h"

namespace serverless::dynamodb {

/// Long-lived AWS credentials, or temporary ones with a session token.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::optional<std::string> session_token;
};

/// Signs requests to DynamoDB, each a POST to the path /, with AWS Signature Version 4.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
class Signer {
 public:
  Signer(Credentials credentials, std::string region);

  /// Adds X-Amz-Date, X-Amz-Security-Token if there is a session token, and Authorization. The signature
  /// covers the first two, all headers that are already set, and the body. The headers must include Host.
  void sign(http::Headers& headers, std::string_view body, Instant now);

 private:
  struct DayKey {
    std::string day;
    HmacSha256 key;
  };

  const HmacSha256& key_of(std::string_view day);

  Credentials credentials_;
  std::string region_;
  // Kept because its derivation takes four of the five HMACs of a signature.
  std::optional<DayKey> key_;
};

}  // namespace serverless::dynamodb
