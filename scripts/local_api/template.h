#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace serverless::local_api {

using Variables = std::map<std::string, std::string>;

/// An option or the template is invalid. The message says what and where, in one line.
class SetupError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An AWS::Serverless::Function of the template, merged with Globals.
struct FunctionTemplate {
  struct Route {
    /// In upper case; "ANY" for every method.
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

/// The two kinds of API that API Gateway offers. They differ in the payload of events, in the gateway's own
/// errors, and in CORS.
enum class ApiKind { rest, http };

/// The CORS rules, for the responses to preflight requests; those of an HTTP API apply to all responses.
struct Cors {
  std::string allow_origin;
  /// Empty for the methods of the path.
  std::string allow_methods = {};
  std::string allow_headers = {};
  std::string expose_headers = {};
  /// In seconds; empty for none.
  std::string max_age = {};
};

struct Template {
  ApiKind kind = ApiKind::rest;
  std::vector<FunctionTemplate> functions;
  std::optional<Cors> cors;
};

/// Reads the parts of a SAM template that a local API needs: the functions with events of type Api (a REST
/// API) or of type HttpApi (an HTTP API), their variables, timeout and memory, and the CORS rules.
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
///
/// The values of variables in `overrides` are not read, so they may be values that are known only on AWS.
/// Where such a value is a parameter, the override is the value of the parameter everywhere. Each override
/// must be an AWS_* variable or a variable of a function. `region` is AWS::Region. Throws SetupError.
Template read_template(const std::filesystem::path& file, const Variables& overrides,
                       const std::string& region);

}  // namespace serverless::local_api
