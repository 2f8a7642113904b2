#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace serverless::local_api {

class Function;

/// A path of the API, as in the template: "/users/{userId}".
struct Resource {
  std::string path;
  /// By method; "ANY" serves the methods without an entry, of those that API Gateway knows.
  std::map<std::string, Function*> functions;

  /// Returns the function that serves a method, or null.
  Function* serving(const std::string& method) const;
};

/// The resource of a request.
struct Match {
  const Resource& resource;
  /// Decoded.
  std::map<std::string, std::string> path_parameters;
};

/// The paths of the API.
class Resources {
 public:
  void add(const std::string& method, const std::string& path, Function& function);

  /// Matches a path as API Gateway does: `{name}` stands for one segment, `{name+}` for all that are left. A
  /// slash at the end of the path is ignored. A literal segment takes precedence over a parameter.
  std::optional<Match> find(std::string_view path) const;

 private:
  /// By path. A '{' sorts after every letter, so that literal segments come first.
  std::map<std::string, Resource> by_path_;
};

}  // namespace serverless::local_api
