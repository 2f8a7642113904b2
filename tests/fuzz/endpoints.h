#pragma once

#include <array>
#include <initializer_list>

#include "create_user/create_user.h"
#include "delete_user/delete_user.h"
#include "get_user/get_user.h"
#include "list_users/list_users.h"
#include "update_user/update_user.h"

namespace users::fuzz {

/// A function, and what it may answer while nothing fails inside.
struct Documented {
  const Endpoint& endpoint;
  std::initializer_list<int> statuses;
};

inline const std::array<Documented, 5> documented = {{
    {create_user_endpoint, {201, 400, 404, 405, 409, 410, 413, 415, 422}},
    {get_user_endpoint, {200, 304, 400, 404, 405}},
    {list_users_endpoint, {200, 400, 404, 405}},
    {update_user_endpoint, {200, 400, 404, 405, 409, 412, 413, 415}},
    {delete_user_endpoint, {200, 400, 404, 405, 412}},
}};

}  // namespace users::fuzz
