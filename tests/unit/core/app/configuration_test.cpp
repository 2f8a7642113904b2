#include "core/app/configuration.h"

#include <gmock/gmock.h>

#include "tests/support/fakes.h"

namespace serverless::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

using Variables = std::map<std::string, std::string>;

/// Returns the variables that Lambda always sets, with `changes`.
Variables lambda_variables(const Variables& changes) {
  Variables variables = {{"AWS_REGION", "eu-central-1"},
                         {"AWS_ACCESS_KEY_ID", "an access key id"},
                         {"AWS_SECRET_ACCESS_KEY", "a secret"}};
  for (const auto& [name, value] : changes) variables[name] = value;
  return variables;
}

Configuration configuration(const Variables& changes = {}) {
  return Configuration::from(FakeEnvironment(lambda_variables(changes)));
}

/// Returns a function that reads the configuration, for ThrowsMessage.
auto reading_configuration(const Variables& changes) {
  return [changes] { configuration(changes); };
}

TEST(Configuration, HasDefaults) {
  const auto c = configuration();
  EXPECT_EQ(c.allowed_origin, "*");
  EXPECT_EQ(c.region, "eu-central-1");
  EXPECT_EQ(c.dynamodb_endpoint, "https://dynamodb.eu-central-1.amazonaws.com");
  EXPECT_EQ(c.credentials.access_key_id, "an access key id");
  EXPECT_EQ(c.credentials.secret_access_key, "a secret");
  EXPECT_EQ(c.credentials.session_token, std::nullopt);
  EXPECT_EQ(c.ca_bundle, std::nullopt);
  EXPECT_EQ(c.function_name, "unknown");
  EXPECT_EQ(c.function_version, "unknown");
  EXPECT_EQ(c.log_level, LogLevel::info);
  EXPECT_EQ(c.xray_daemon, std::nullopt);
}

TEST(Configuration, ReadsTheEnvironment) {
  const auto c = configuration({{"ALLOWED_ORIGIN", "https://example.com"},
                                {"AWS_SESSION_TOKEN", "a token"},
                                {"AWS_CA_BUNDLE", "/dev/null"},
                                {"AWS_LAMBDA_FUNCTION_NAME", "GetOrder"},
                                {"AWS_LAMBDA_FUNCTION_VERSION", "7"},
                                {"AWS_LAMBDA_LOG_LEVEL", "debug"},
                                {"AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000"}});
  EXPECT_EQ(c.allowed_origin, "https://example.com");
  EXPECT_EQ(c.credentials.session_token, "a token");
  EXPECT_EQ(c.ca_bundle, "/dev/null");
  EXPECT_EQ(c.function_name, "GetOrder");
  EXPECT_EQ(c.function_version, "7");
  EXPECT_EQ(c.log_level, LogLevel::debug);
  EXPECT_EQ(c.xray_daemon, "127.0.0.1:2000");
}

TEST(Configuration, NamesAMissingVariable) {
  for (const char* name : {"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
    EXPECT_THAT(reading_configuration({{name, ""}}), ThrowsMessage<ConfigurationError>(HasSubstr(name)));
}

TEST(Configuration, NeedsNoCredentialsWithoutRequestsToDynamoDb) {
  const FakeEnvironment environment(Variables{{"AWS_REGION", "eu-central-1"}});
  EXPECT_EQ(Configuration::from(environment, false).credentials.access_key_id, "");
}

TEST(Configuration, UsesTheDefaultForAnEmptyVariable) {
  const auto c = configuration({{"AWS_ENDPOINT_URL_DYNAMODB", ""},
                                {"AWS_ENDPOINT_URL", ""},
                                {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ""},
                                {"AWS_SESSION_TOKEN", ""},
                                {"AWS_LAMBDA_FUNCTION_NAME", ""},
                                {"AWS_LAMBDA_LOG_LEVEL", ""}});
  EXPECT_EQ(c.dynamodb_endpoint, "https://dynamodb.eu-central-1.amazonaws.com");
  EXPECT_EQ(c.credentials.session_token, std::nullopt);
  EXPECT_EQ(c.function_name, "unknown");
  EXPECT_EQ(c.log_level, LogLevel::info);
}

TEST(Configuration, RejectsAnEmptyVariableWhoseDefaultIsLessStrict) {
  for (const char* name : {"ALLOWED_ORIGIN", "AWS_CA_BUNDLE", "AUTH_MODE"})
    EXPECT_THAT(reading_configuration({{name, ""}}), ThrowsMessage<ConfigurationError>(HasSubstr(name)));
}

TEST(Configuration, NamesAnInvalidVariable) {
  constexpr std::pair<const char*, const char*> cases[] = {
      {"AWS_REGION", "EU-CENTRAL-1"},
      {"AWS_REGION", "eu-central-1.example.com/"},
      {"AWS_REGION", "eu central 1"},
      {"AWS_ENDPOINT_URL_DYNAMODB", "localhost:8000"},
      {"AWS_ENDPOINT_URL_DYNAMODB", "ftp://localhost"},
      {"AWS_ENDPOINT_URL", "//localhost:8000"},
      {"AWS_ENDPOINT_URL", "http://"},
      {"AWS_ENDPOINT_URL", "https:///"},
      {"AWS_ENDPOINT_URL", "http:///localhost"},
      {"AWS_ENDPOINT_URL", "http://:8000"},
      {"AWS_ENDPOINT_URL", "http://local host:8000"},
      {"AWS_ENDPOINT_URL", "http://bücher.example"},
      {"AWS_ENDPOINT_URL", "http://localhost:8000/path"},
      {"AWS_ENDPOINT_URL", "http://localhost:8000//"},
      {"AWS_ENDPOINT_URL", "http://localhost:8000?query"},
      {"AWS_ENDPOINT_URL", "http://localhost:8000#fragment"},
      {"AWS_ENDPOINT_URL", "http://name:password@localhost:8000"},
      {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "yes"},
      {"AWS_CA_BUNDLE", "/there/is/no/such/file.pem"},
      {"AWS_LAMBDA_LOG_LEVEL", "VERBOSE"},
      {"ALLOWED_ORIGIN", "https://example.com\r\nX-Injected: yes"},
      {"ALLOWED_ORIGIN", "https://example.com https://example.org"},
      {"ALLOWED_ORIGIN", "https://bücher.example"},
  };
  for (const auto& [name, value] : cases)
    EXPECT_THAT(reading_configuration({{name, value}}), ThrowsMessage<ConfigurationError>(HasSubstr(name)))
        << value;
}

TEST(Configuration, NeverQuotesASecret) {
  for (const char* name : {"AWS_ACCESS_KEY_ID", "AWS_REGION"}) {
    EXPECT_THAT(reading_configuration({{name, ""}, {"AWS_SESSION_TOKEN", "a token"}}),
                ThrowsMessage<ConfigurationError>(
                    ::testing::Not(::testing::AnyOf(HasSubstr("a secret"), HasSubstr("a token")))));
  }
}

TEST(Configuration, DeterminesTheEndpointOfDynamoDb) {
  struct Case {
    Variables variables;
    const char* endpoint;
  };
  const Case cases[] = {
      {{{"AWS_REGION", "us-east-1"}}, "https://dynamodb.us-east-1.amazonaws.com"},
      {{{"AWS_REGION", "cn-north-1"}}, "https://dynamodb.cn-north-1.amazonaws.com.cn"},
      {{{"AWS_ENDPOINT_URL", "http://all:1"}}, "http://all:1"},
      {{{"AWS_ENDPOINT_URL_DYNAMODB", "http://dynamodb:2"}}, "http://dynamodb:2"},
      {{{"AWS_ENDPOINT_URL", "http://all:1"}, {"AWS_ENDPOINT_URL_DYNAMODB", "https://dynamodb:2/"}},
       "https://dynamodb:2"},
      {{{"AWS_ENDPOINT_URL", "http://all:1"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false"}},
       "http://all:1"},
      {{{"AWS_ENDPOINT_URL", "http://all:1"},
        {"AWS_ENDPOINT_URL_DYNAMODB", "http://dynamodb:2"},
        {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true"}},
       "https://dynamodb.eu-central-1.amazonaws.com"},
      {{{"AWS_ENDPOINT_URL", "ignored"}, {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "True"}},
       "https://dynamodb.eu-central-1.amazonaws.com"},
  };
  for (const auto& [variables, endpoint] : cases)
    EXPECT_EQ(configuration(variables).dynamodb_endpoint, endpoint);
}

}  // namespace
}  // namespace serverless::testing
