#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "message.h"
#include "template.h"

namespace serverless::local_api {

/// Converts the proxy response of a function to an HTTP response. Fails with the reason when it is malformed.
/// For a REST API, renames the headers that it reserves, as API Gateway does. An HTTP API also accepts
/// responses without a status code; here they are malformed.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
tl::expected<HttpResponse, std::string> decode_proxy_response(std::string_view json, ApiKind kind);

}  // namespace serverless::local_api
