"""Adds the function of an endpoint: the handler, its declaration and main()."""

from __future__ import annotations

from scaffold.changes import Changes
from scaffold.route import Endpoint


def add_function(changes: Changes, endpoint: Endpoint) -> None:
    name, store, table = endpoint.program, f"User{endpoint.capability}", f"Table{endpoint.capability}"
    folder = f"functions/{name}"
    result = "the id of the user" if endpoint.has_user else "an empty object"
    changes.create(
        f"{folder}/{name}.h",
        f"""#pragma once

#include "users/api.h"

namespace users {{

/// Handles {endpoint.method} {endpoint.path}: 200 with {result}.
Result<http::Response> {name}(const http::Request& request, const Services<{store}>& services);

inline constexpr Endpoint<{store}> {name}_endpoint{{{{"{endpoint.method}", "{endpoint.path}"}}, {endpoint.scope}_scope, {name}}};

}}  // namespace users
""",
    )
    request = "request" if endpoint.has_user or endpoint.has_body else "/*request*/"
    services = "services" if endpoint.has_user else "/*services*/"
    changes.create(
        f"{folder}/{name}.cpp",
        f"""#include "{name}/{name}.h"

{includes_of_handler(endpoint)}
namespace users {{

Result<http::Response> {name}(const http::Request& {request}, const Services<{store}>& {services}) {{
  {body_of_handler(endpoint)}
}}

}}  // namespace users
""",
    )
    changes.create(
        f"{folder}/main.cpp",
        f"""#include "core/app/serve.h"
#include "core/dynamodb/table_{endpoint.capability.lower()}.h"
#include "{name}/{name}.h"
#include "users/api.h"
#include "users/user_item.h"

int main() {{
  return serverless::serve(
      serverless::bind<serverless::dynamodb::{table}>(users::{name}_endpoint, users::users_table), users::api_names);
}}
""",
    )


def includes_of_handler(endpoint: Endpoint) -> str:
    headers = {
        "core/http/json_body.h": endpoint.has_body,
        "core/http/preconditions.h": endpoint.changes_user,
        "core/http/responses.h": True,
        "core/json/writer.h": endpoint.has_user,
        "users/path.h": endpoint.has_user,
    }
    return "".join(f'#include "{header}"\n' for header, is_needed in headers.items() if is_needed)


def body_of_handler(endpoint: Endpoint) -> str:
    read_body = "http::json_body(request).and_then(http::parse_json_object)"
    if not endpoint.has_user:
        response = 'return http::json_response(200, "{}");'
        return f"return {read_body}.map([](const json::Document& /*body*/) {{ {response} }});" if endpoint.has_body else response
    if not endpoint.changes_user:
        user = "return path_user_id(request).and_then([&](const UserId& id) { return services.store.get(id); })"
    else:
        body, parameter = (f", {read_body}", ", const json::Document& /*body*/") if endpoint.has_body else ("", "")
        user = f"""return collect(path_user_id(request), http::if_match(request){body})
      .and_then(unpacked([&](const UserId& id, const http::VersionSet& allowed{parameter}) {{
        const UserPatch patch;
        return services.store.update(id, patch, allowed, services.clock.now());
      }}))"""
    return f"""{user}
      .map([](const User& user) {{
        json::Writer body;
        body.begin_object().member("userId", user.id.text()).end_object();
        return http::json_response(200, std::move(body).text());
      }});"""
