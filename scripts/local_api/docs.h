#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "message.h"

namespace users::local_api {

/// What the local API tells of the API: its description at /openapi.yaml, and at /docs a page that shows it
/// and sends requests. API Gateway has nothing like it.
class Docs {
 public:
  /// `description` is an OpenAPI file, `viewer` the folder with Swagger UI's files. Throws SetupError when a
  /// file is missing.
  Docs(const std::filesystem::path& description, const std::filesystem::path& viewer);

  /// Nothing unless it is a GET of the page or of a file that the page loads.
  std::optional<HttpReply> answer(const HttpRequest& request) const;

 private:
  struct Asset {
    std::filesystem::path file;
    std::string content_type;
  };

  /// By path.
  std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace users::local_api
