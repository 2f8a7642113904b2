#include "core/dynamodb/signer.h"

#include <gmock/gmock.h>

namespace serverless::dynamodb::testing {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// botocore 1.43 computes the same signatures for these requests.

http::Headers signed_headers(Signer& signer, std::string_view instant) {
  http::Headers headers = {{"X-Amz-Target", "DynamoDB_20120810.GetItem"},
                           {"Host", "dynamodb.test:8000"},
                           {"Content-Type", "application/x-amz-json-1.0"}};
  signer.sign(headers, R"({"TableName":"Orders"})", from_rfc3339(instant).value());
  return headers;
}

Signer signer_with(std::optional<std::string> session_token) {
  return {{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", std::move(session_token)},
          "eu-central-1"};
}

TEST(Signer, SignsTheSortedHeadersAndTheBody) {
  Signer signer = signer_with({});
  const auto headers = signed_headers(signer, "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(headers.get("X-Amz-Date"), "20260102T030405Z");
  EXPECT_EQ(headers.get("Authorization"),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-central-1/dynamodb/aws4_request, "
            "SignedHeaders=content-type;host;x-amz-date;x-amz-target, "
            "Signature=8c485bc850ead24c6d663cfd85c963ab8e85511931f441a6c80f3961c048d475");
  EXPECT_EQ(headers.get("X-Amz-Security-Token"), std::nullopt);
}

TEST(Signer, SortsTheNamesInLowerCase) {
  Signer signer = signer_with({});
  http::Headers headers = {{"Host", "dynamodb.test:8000"}, {"accept", "*/*"}, {"X-B", "2"}, {"X-A", "1"}};
  signer.sign(headers, "{}", from_rfc3339("2026-01-02T03:04:05.678Z").value());
  EXPECT_THAT(std::string(headers.get("Authorization").value()),
              HasSubstr("SignedHeaders=accept;host;x-a;x-amz-date;x-b, "));
}

TEST(Signer, SendsAndSignsTheSessionToken) {
  Signer signer = signer_with("a/token==");
  const auto headers = signed_headers(signer, "2026-01-02T03:04:05.678Z");
  EXPECT_EQ(headers.get("X-Amz-Security-Token"), "a/token==");
  EXPECT_THAT(std::string(headers.get("Authorization").value()),
              AllOf(HasSubstr("x-amz-date;x-amz-security-token;x-amz-target"),
                    EndsWith("97c22afe78d61c5b3e03a1bdf91155ea7cec33735838bc71bf4ab66c024b11f9")));
}

TEST(Signer, DerivesANewKeyEachDay) {
  Signer signer = signer_with({});
  signed_headers(signer, "2026-01-02T23:59:59.999Z");
  const auto headers = signed_headers(signer, "2026-01-03T00:00:00.000Z");
  EXPECT_THAT(std::string(headers.get("Authorization").value()),
              EndsWith("b409589391c61f22d41bbf1006582d6f142bd961b7dfdfe50ff298d53bd8067a"));
}

TEST(Signer, ReturnsToTheKeyOfAnEarlierDay) {
  Signer signer = signer_with({});
  const auto first = signed_headers(signer, "2026-01-02T23:59:59.999Z");
  signed_headers(signer, "2026-01-03T00:00:00.000Z");  // then the clock is corrected
  const auto again = signed_headers(signer, "2026-01-02T23:59:59.999Z");
  EXPECT_EQ(again.get("Authorization"), first.get("Authorization"));
}

TEST(Signer, SignsWithItsOwnCredentialsAndRegion) {
  const auto authorization = [](Signer signer) {
    return std::string(signed_headers(signer, "2026-01-02T03:04:05.678Z").get("Authorization").value());
  };
  const std::string signature_of_the_first =
      "8c485bc850ead24c6d663cfd85c963ab8e85511931f441a6c80f3961c048d475";
  EXPECT_THAT(authorization(signer_with({})), EndsWith(signature_of_the_first));
  EXPECT_THAT(authorization(Signer({"AKIDEXAMPLE", "another secret", {}}, "eu-central-1")),
              Not(EndsWith(signature_of_the_first)));
  EXPECT_THAT(
      authorization(Signer({"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", {}}, "eu-west-1")),
      AllOf(HasSubstr("/eu-west-1/"), Not(EndsWith(signature_of_the_first))));
  EXPECT_THAT(authorization(signer_with({})), EndsWith(signature_of_the_first));
}

TEST(Signer, SignsEqualRequestsIdentically) {
  Signer signer = signer_with({});
  const auto first = signed_headers(signer, "2026-01-02T03:04:05.678Z");
  const auto second = signed_headers(signer, "2026-01-02T03:04:05.999Z");
  EXPECT_EQ(first.get("Authorization"), second.get("Authorization"));
}

}  // namespace
}  // namespace serverless::dynamodb::testing
