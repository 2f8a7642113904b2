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

/// An option or the template is invalid. The message says in one line what is invalid and where.
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

/// The kinds of API that the local API emulates: a REST API or an HTTP API of API Gateway. They differ in the
/// payload of events, the gateway's own errors, and CORS.
enum class ApiKind { rest, http };

/// The CORS rules. Those of a REST API apply to the responses to preflight requests, and those of an HTTP API
/// to all responses.
struct Cors {
  std::string allow_origin;
  /// When it is empty, the methods of the path are allowed.
  std::string allow_methods = {};
  std::string allow_headers = {};
  std::string expose_headers = {};
  /// In seconds; empty when there is none.
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
/// The template's values of the variables in `overrides` are not read, so they may be known only on AWS. When
/// such a value refers to a parameter, the override becomes the value of that parameter throughout the
/// template. Each override must be an AWS_* variable or a variable of a function. `region` is the value of
/// AWS::Region. Throws SetupError when the template or an override is invalid.
Template read_template(const std::filesystem::path& file, const Variables& overrides,
                       const std::string& region);

}  // namespace serverless::local_api
