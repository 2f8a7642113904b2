#pragma once

#include <functional>
#include <string_view>

#include "core/app/endpoint.h"
#include "core/dynamodb/table_access.h"
#include "core/support/environment.h"

namespace serverless {

/// The objects from which a bound endpoint creates the services of its handler. They must outlive the
/// handler.
struct Dependencies {
  dynamodb::Client& dynamodb;
  Clock& clock;
  Ids& ids;
  const Environment& environment;
};

/// A handler with its services.
using Handler = std::function<Result<http::Response>(const http::Request&)>;

/// An endpoint that can create its services, in the form that the application serves. The texts must outlive
/// it.
struct BoundEndpoint {
  http::Route route;
  std::string_view scope;
  /// Whether the handler sends requests to DynamoDB. The function then connects to it during initialization.
  bool uses_dynamodb = true;
  /// Creates the handler, once, before the first request. May throw ConfigurationError.
  std::function<Handler(Dependencies&)> make_handler;
};

/// Binds an endpoint to the table that `table_of` reads from the environment. `TableClass` is constructed
/// from a dynamodb::TableAccess, and `Store` from a `TableClass&`: usually a class such as
/// dynamodb::TableReader, whose port `Store` takes.
template <typename TableClass, typename Store>
BoundEndpoint bind(const Endpoint<Store>& endpoint, dynamodb::Table (*table_of)(const Environment&)) {
  return {.route = endpoint.route,
          .scope = endpoint.scope,
          .make_handler = [handler = endpoint.handler, table_of](Dependencies& dependencies) -> Handler {
            const dynamodb::TableAccess access{.client = dependencies.dynamodb,
                                               .ids = dependencies.ids,
                                               .table = table_of(dependencies.environment)};
            return [handler, table = TableClass(access), &clock = dependencies.clock,
                    &ids = dependencies.ids](const http::Request& request) mutable {
              Store store(table);
              return handler(request, {.store = store, .clock = clock, .ids = ids});
            };
          }};
}

/// Binds an endpoint whose handler needs no store.
inline BoundEndpoint bind(const Endpoint<>& endpoint) {
  return {.route = endpoint.route,
          .scope = endpoint.scope,
          .uses_dynamodb = false,
          .make_handler = [handler = endpoint.handler](Dependencies& dependencies) -> Handler {
            return [handler, &clock = dependencies.clock,
                    &ids = dependencies.ids](const http::Request& request) {
              return handler(request, {.clock = clock, .ids = ids});
            };
          }};
}

}  // namespace serverless
