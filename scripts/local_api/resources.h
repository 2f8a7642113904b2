#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace users::local_api {

class Function;

/// One path of the API, as in the template: "/users/{userId}".
struct Resource {
  std::string path;
  /// By method; "ANY" stands for those that are not there.
  std::map<std::string, Function*> functions;

  /// The function that serves a method, perhaps none.
  Function* serving(const std::string& method) const;
};

/// A resource that a request's path leads to.
struct Match {
  const Resource& resource;
  /// Decoded.
  std::map<std::string, std::string> path_parameters;
};

/// The paths that the API has.
class Resources {
 public:
  void add(const std::string& method, const std::string& path, Function& function);

  /// As API Gateway does it: `{name}` takes one segment, `{name+}` all that are left; a slash at the end does
  /// not count; a segment by name goes before one by parameter.
  std::optional<Match> find(std::string_view path) const;

 private:
  /// By path, where '{' comes after every letter.
  std::map<std::string, Resource> by_path_;
};

}  // namespace users::local_api
