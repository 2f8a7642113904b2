#pragma once

#include <string>
#include <string_view>

#include "tests/support/requests.h"

namespace users::testing {

/// Addresses a request to the user with this id.
inline serverless::testing::RequestBuilder for_user(serverless::testing::RequestBuilder request,
                                                    std::string_view id) {
  return request.path("/users/" + std::string(id)).path_parameter("userId", id);
}

}  // namespace users::testing
