#include "core/http/responses.h"

#include "core/http/uri.h"

namespace serverless::http {

Response json_response(int status, std::string json) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(json)};
}

Response not_modified(std::string_view entity_tag) {
  return {.status = 304, .headers = {{"ETag", std::string(entity_tag)}}, .body = {}};
}

std::string child_location(const Request& request, std::string_view id) {
  std::string location = encoded_path(request.path);
  if (!location.ends_with('/')) location += '/';
  return location.append(id);
}

}  // namespace serverless::http
