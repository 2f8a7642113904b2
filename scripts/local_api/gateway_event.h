#pragma once

#include <string>
#include <string_view>

#include "message.h"
#include "resources.h"
#include "support/clock.h"

namespace users::local_api {

/// The event that a REST API sends to a function (payload version 1.0), for a stage "Prod" that is not part
/// of the path: `path` and `requestContext.path` are the path as the client sent it.
///
/// A body that is not well-formed UTF-8 is passed on in base64. Bytes of other places that are not become
/// U+FFFD.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
std::string gateway_event(const HttpRequest& request, const Match& match, std::string_view request_id,
                          Instant received);

}  // namespace users::local_api
