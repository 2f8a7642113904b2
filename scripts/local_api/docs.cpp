#include "docs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string_view>

#include "template.h"

namespace serverless::local_api {
namespace {

constexpr std::string_view page = R"(<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <div id="api"></div>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script>SwaggerUIBundle({url: "/openapi.yaml", dom_id: "#api", validatorUrl: null});</script>
</body>
</html>
)";

HttpResponse ok(std::string_view content_type, std::string body) {
  return {.status = 200,
          .headers = {{"Content-Type", std::string(content_type)},
                      {"Cache-Control", "no-store"},
                      // The page needs nothing from other hosts and must not send anything to them.
                      {"Content-Security-Policy", "default-src 'self' 'unsafe-inline' data:"}},
          .body = std::move(body)};
}

}  // namespace

Docs::Docs(const std::filesystem::path& description, const std::filesystem::path& viewer)
    : assets_({{"/openapi.yaml", {description, "application/yaml"}},
               {"/docs/swagger-ui.css", {viewer / "swagger-ui.css", "text/css"}},
               {"/docs/swagger-ui-bundle.js", {viewer / "swagger-ui-bundle.js", "text/javascript"}}}) {
  for (const auto& [path, asset] : assets_)
    if (access(asset.file.c_str(), R_OK) != 0)
      throw SetupError(fmt::format("cannot read {}, which {} needs", asset.file.string(), path));
}

std::optional<HttpResponse> Docs::respond(const HttpRequest& request) const {
  if (request.method != "GET") return std::nullopt;
  const auto path = std::string_view(request.target).substr(0, request.target.find('?'));
  if (path == "/docs") return ok("text/html; charset=utf-8", std::string(page));
  const auto asset = assets_.find(path);
  if (asset == assets_.end()) return std::nullopt;
  // The file is read for each request, so that reloading the page shows changes.
  std::ifstream file(asset->second.file, std::ios::binary);
  if (!file) return std::nullopt;
  return ok(asset->second.content_type, {std::istreambuf_iterator<char>(file), {}});
}

}  // namespace serverless::local_api
