#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/headers.h"
#include "support/clock.h"
#include "support/sha256.h"

namespace users::dynamodb {

/// Long-lived AWS credentials, or temporary ones with a session token.
struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::optional<std::string> session_token;
};

/// Signs calls of DynamoDB with AWS Signature Version 4: each of them a POST to the root of a host.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
class Signer {
 public:
  Signer(Credentials credentials, std::string region);

  /// Adds what proves who calls: X-Amz-Date, X-Amz-Security-Token where there is one, and Authorization,
  /// which covers these, every header that is there already, and the body. Host has to be among them, and no
  /// name twice.
  void sign(http::Headers& headers, std::string_view body, Instant now);

 private:
  const Sha256Digest& key_of(std::string_view day);

  Credentials credentials_;
  std::string region_;
  // A key holds for a day, and takes four of the five HMACs of a signature.
  std::string key_day_;
  Sha256Digest key_{};
};

}  // namespace users::dynamodb
