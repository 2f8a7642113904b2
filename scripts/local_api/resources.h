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
  /// By method. "ANY" serves those methods of API Gateway that have no entry.
  std::map<std::string, Function*> functions;

  /// Returns the function that serves a method, or null.
  Function* serving(const std::string& method) const;
};

/// The resource of a request.
struct Match {
  const Resource& resource;
  /// Percent-decoded.
  std::map<std::string, std::string> path_parameters;
};

/// The paths of the API.
class Resources {
 public:
  /// Adds a route. `function` must outlive this.
  void add(const std::string& method, const std::string& path, Function& function);

  /// Matches a path as API Gateway does: `{name}` matches one segment, and `{name+}` matches all remaining
  /// segments. A slash at the end of the path is ignored. A literal segment takes precedence over a
  /// parameter.
  std::optional<Match> find(std::string_view path) const;

 private:
  /// By path. A '{' sorts after every letter, so literal segments come first.
  std::map<std::string, Resource> by_path_;
};

}  // namespace serverless::local_api
