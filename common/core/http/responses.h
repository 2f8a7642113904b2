#pragma once

#include <string>
#include <string_view>

#include "core/http/message.h"

namespace serverless::http {

/// Returns a response with a JSON body.
Response json_response(int status, std::string json);

/// Returns a 304 with the entity tag of the current representation (RFC 9110, section 15.4.5).
Response not_modified(std::string_view entity_tag);

/// Returns the path of the child `id` of the collection that the request addressed, for `Location`: the
/// requested path (with stage and base path), percent-encoded, followed by the id.
std::string child_location(const Request& request, std::string_view id);

}  // namespace serverless::http
