#pragma once

#include <string>
#include <string_view>

#include "core/support/clock.h"
#include "message.h"
#include "resources.h"

namespace serverless::local_api {

/// Returns the event that a REST API sends to a function (payload version 1.0). The stage is "Prod" and is
/// not part of the path: `path` and `requestContext.path` contain the path as the client sent it.
///
/// A body that is not well-formed UTF-8 is base64-encoded. Elsewhere, malformed UTF-8 becomes U+FFFD.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
std::string encode_proxy_event(const HttpRequest& request, const Match& match, std::string_view request_id,
                               Instant received);

/// Returns the event that an HTTP API sends to a function (payload version 2.0). The stage is "$default", and
/// `rawPath` and `requestContext.http.path` contain the decoded path. Cookies stay in the headers, because no
/// function of this project reads them.
///
/// Encodes bodies and malformed UTF-8 like encode_proxy_event().
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
std::string encode_http_event(const HttpRequest& request, const Match& match, std::string_view request_id,
                              Instant received);

}  // namespace serverless::local_api
