#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace users::local_api {

using Variables = std::map<std::string, std::string>;

/// What a person gave to start with cannot work; the message says what and where, in one line.
class SetupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What the template says of one AWS::Serverless::Function, the globals merged in.
struct FunctionTemplate {
  struct Route {
    /// Upper case; "ANY" for every method.
    std::string method;
    /// Such as "/users/{userId}".
    std::string path;
  };

  std::string logical_id;
  std::chrono::seconds timeout;
  int memory_mb;
  Variables variables;
  std::vector<Route> routes;
};

/// What the gateway answers to a preflight request.
struct Cors {
  std::string allow_origin;
  /// Empty: those that the path has.
  std::string allow_methods;
  std::string allow_headers;
};

struct Template {
  std::vector<FunctionTemplate> functions;
  std::optional<Cors> cors;
};

/// Reads a SAM template as far as a local API needs it: functions with events of type Api (a REST API), their
/// environment, timeout and memory, and the API's CORS rules.
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
///
/// Variables in `overrides` are not read, so their values need not be known here; but for AWS_*, each has to
/// be one that a function has. `region` is AWS::Region. Throws SetupError.
Template read_template(const std::filesystem::path& file, const Variables& overrides,
                       const std::string& region);

}  // namespace users::local_api
