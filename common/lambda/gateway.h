#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "http/message.h"

namespace users::lambda {

/// The HTTP request in an API Gateway event, which tells itself whether it is a REST API's (payload 1.0) or
/// an HTTP API's or function URL's (payload 2.0); for any other event, in words, why not.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
tl::expected<http::Request, std::string> decode_event(std::string_view event);

/// The response as API Gateway takes it, in a form that both payload versions share.
std::string encode_reply(const http::Response& response);

}  // namespace users::lambda
