#pragma once

#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "message.h"

namespace users::local_api {

/// The reply to the client that a function's reply stands for, or why it stands for none: the rules of a REST
/// API's proxy integration. Headers that the gateway keeps for itself are renamed as it renames them.
/// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
tl::expected<HttpReply, std::string> gateway_reply(std::string_view function_reply);

}  // namespace users::local_api
