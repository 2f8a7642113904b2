#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "core/http/message.h"

namespace serverless::lambda {

/// The maximum number of headers in an event. API Gateway limits all headers of a request together to 10,240
/// bytes.
constexpr std::size_t max_headers = 2500;

/// Returns the HTTP request in an API Gateway event: of a REST API (payload 1.0), or of an HTTP API or a
/// function URL (payload 2.0). Fails with the reason, in words, for any other event, and for one with too
/// many headers or a malformed body.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
tl::expected<http::Request, std::string> decode_event(std::string_view event);

/// Returns the proxy response, in a form that both payload versions accept.
std::string encode_response(const http::Response& response);

}  // namespace serverless::lambda
