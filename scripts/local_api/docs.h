#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "message.h"

namespace serverless::local_api {

/// The documentation, which only the local API serves: the API's description at /openapi.yaml, and a page at
/// /docs that shows the description and can send requests.
class Docs {
 public:
  /// `description` is an OpenAPI file, `viewer` the folder with the files of Swagger UI. Throws SetupError
  /// when a file is not readable.
  Docs(const std::filesystem::path& description, const std::filesystem::path& viewer);

  /// Returns the page or a file that it loads. Returns nothing when the request is not a GET of one of them,
  /// or when the file can no longer be read.
  std::optional<HttpResponse> respond(const HttpRequest& request) const;

 private:
  struct Asset {
    std::filesystem::path file;
    std::string content_type;
  };

  /// By path.
  std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace serverless::local_api
