#pragma once

#include "core/app/endpoint.h"
#include "core/app/serve.h"
#include "core/dynamodb/table_access.h"
#include "users/user_item.h"
#include "users/user_store.h"

/// The seam between handlers and the core.
namespace users {

/// What a handler works with. `Users` is the part of the store that the handler's route needs, such as
/// UserReader.
template <typename Users>
struct Services {
  Users& users;
  Clock& clock;
  Ids& ids;
};

/// An endpoint of the API, declared beside its handler.
template <typename Users>
struct Endpoint {
  http::Route route;
  /// The scope that a token must grant.
  std::string_view scope;
  Result<http::Response> (*handler)(const http::Request&, const Services<Users>&);
};

inline constexpr std::string_view read_scope = "users:read";
inline constexpr std::string_view write_scope = "users:write";

inline constexpr serverless::ApiNames api_names{.realm = "users", .metrics_namespace = "UsersApi"};

/// Returns the endpoint as the core serves it. `TablePort`, such as dynamodb::TableReader, implements the
/// handler's part of the store.
template <typename TablePort, typename Users>
serverless::Endpoint bind(const Endpoint<Users>& endpoint) {
  return {.route = endpoint.route,
          .scope = endpoint.scope,
          .make_handler = [endpoint](serverless::Dependencies& core) {
            const dynamodb::TableAccess access{
                .client = core.dynamodb, .ids = core.ids, .table = users_table(core.environment)};
            return [endpoint, table = TablePort(access), &core](const http::Request& request) mutable {
              Users users(table);
              const Services<Users> services{.users = users, .clock = core.clock, .ids = core.ids};
              return endpoint.handler(request, services);
            };
          }};
}

/// Serves the endpoint until the process receives SIGTERM. Returns the exit code of the process.
template <typename TablePort, typename Users>
int serve(const Endpoint<Users>& endpoint) {
  return serverless::serve(bind<TablePort>(endpoint), api_names);
}

}  // namespace users
