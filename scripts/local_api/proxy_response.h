#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "message.h"

namespace serverless::local_api {

/// Converts the proxy response of a function to an HTTP response, by the rules of a REST API; returns the
/// reason when it is malformed. Headers that API Gateway reserves are renamed as API Gateway renames them.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
tl::expected<HttpResponse, std::string> decode_proxy_response(std::string_view json);

}  // namespace serverless::local_api
