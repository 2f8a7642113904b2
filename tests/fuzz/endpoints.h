#pragma once

#include <vector>

#include "create_user/create_user.h"
#include "delete_user/delete_user.h"
#include "get_user/get_user.h"
#include "list_users/list_users.h"
#include "tests/support/users/fakes.h"
#include "update_user/update_user.h"

namespace serverless::fuzz {

/// An endpoint, and the statuses that it may return while the server does not fail.
struct Documented {
  Endpoint endpoint;
  std::vector<int> statuses;
};

/// Returns the endpoint with the services of a test, which must outlive it.
template <typename Users>
Endpoint with_services(const users::Endpoint<Users>& endpoint, users::testing::FakeServices& services) {
  return {.route = endpoint.route,
          .scope = endpoint.scope,
          .make_handler = [&endpoint, &services](Dependencies&) {
            return [&endpoint, &services](const http::Request& request) {
              const users::Services<Users> handler_services = services;
              return endpoint.handler(request, handler_services);
            };
          }};
}

inline std::vector<Documented> documented(users::testing::FakeServices& services) {
  return {
      {with_services(users::create_user_endpoint, services), {201, 400, 404, 405, 409, 410, 413, 415, 422}},
      {with_services(users::get_user_endpoint, services), {200, 304, 400, 404, 405}},
      {with_services(users::list_users_endpoint, services), {200, 400, 404, 405}},
      {with_services(users::update_user_endpoint, services), {200, 400, 404, 405, 409, 412, 413, 415}},
      {with_services(users::delete_user_endpoint, services), {200, 400, 404, 405, 412}},
  };
}

}  // namespace serverless::fuzz
