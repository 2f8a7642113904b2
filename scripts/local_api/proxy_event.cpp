#include "proxy_event.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include "core/http/uri.h"
#include "core/json/writer.h"
#include "core/support/ascii.h"
#include "core/support/base64.h"
#include "core/support/utf8.h"

namespace serverless::local_api {
namespace {

/// Replaces malformed UTF-8, which JSON cannot contain, with U+FFFD.
std::string well_formed(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto next = decode_code_point(text);
    result.append(next ? text.substr(0, next->length) : "\xEF\xBF\xBD");
    text.remove_prefix(next ? next->length : 1);
  }
  return result;
}

/// Returns the path and the query of a target.
std::pair<std::string_view, std::string_view> split_target(std::string_view target) {
  const auto query_begins = std::min(target.size(), target.find('?'));
  return {target.substr(0, query_begins), target.substr(std::min(target.size(), query_begins + 1))};
}

/// All values of one name, in order.
struct Group {
  std::string name;
  std::vector<std::string> values;
};

template <typename SameName>
std::vector<Group> grouped(const Fields& fields, SameName same_name) {
  std::vector<Group> groups;
  for (const auto& field : fields) {
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& one) { return same_name(one.name, field.first); });
    if (group == groups.end()) group = groups.insert(groups.end(), {.name = field.first, .values = {}});
    group->values.push_back(field.second);
  }
  return groups;
}

/// Writes the groups twice: each name with its last value, and each name with all its values.
void write_groups(json::Writer& json, std::string_view single_key, std::string_view multi_key,
                  const std::vector<Group>& groups) {
  if (groups.empty()) {
    json.key(single_key).value(nullptr).key(multi_key).value(nullptr);
    return;
  }
  json.key(single_key).begin_object();
  for (const Group& group : groups) json.member(well_formed(group.name), well_formed(group.values.back()));
  json.end_object();
  json.key(multi_key).begin_object();
  for (const Group& group : groups) {
    json.key(well_formed(group.name)).begin_array();
    for (const std::string& value : group.values) json.value(well_formed(value));
    json.end_array();
  }
  json.end_object();
}

void write_path_parameters(json::Writer& json, const Match& match) {
  json.key("pathParameters");
  if (match.path_parameters.empty()) {
    json.value(nullptr);
    return;
  }
  json.begin_object();
  for (const auto& [name, value] : match.path_parameters) json.member(name, well_formed(value));
  json.end_object();
}

std::string header(const HttpRequest& request, std::string_view name) {
  for (const auto& [own_name, value] : request.headers)
    if (equal_ignoring_case(own_name, name)) return well_formed(value);
  return "";
}

/// Returns the time as in a log: "12/Mar/2026:19:03:58 +0000".
std::string log_time(Instant time) {
  return fmt::format("{:%d/%b/%Y:%H:%M:%S +0000}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

void write_request_context(json::Writer& json, const HttpRequest& request, const Match& match,
                           std::string_view path, std::string_view request_id, Instant received) {
  json.key("requestContext")
      .begin_object()
      .member("accountId", "123456789012")
      .member("apiId", "local")
      .member("domainName", header(request, "Host"))
      .member("httpMethod", request.method)
      .key("identity")
      .begin_object()
      .member("sourceIp", request.client_address)
      .member("userAgent", header(request, "User-Agent"))
      .end_object()
      .member("path", path)
      .member("protocol", "HTTP/1.1")
      .member("requestId", request_id)
      .member("requestTime", log_time(received))
      .member("requestTimeEpoch", received.time_since_epoch().count())
      .member("resourcePath", match.resource.path)
      .member("stage", "Prod")
      .end_object();
}

/// Writes each name with its values, separated by commas.
void write_joined(json::Writer& json, std::string_view key, const std::vector<Group>& groups) {
  json.key(key).begin_object();
  for (const Group& group : groups)
    json.member(well_formed(group.name), well_formed(fmt::format("{}", fmt::join(group.values, ","))));
  json.end_object();
}

void write_http_context(json::Writer& json, const HttpRequest& request, std::string_view route_key,
                        std::string_view path, std::string_view request_id, Instant received) {
  json.key("requestContext")
      .begin_object()
      .member("accountId", "123456789012")
      .member("apiId", "local")
      .member("domainName", header(request, "Host"))
      .member("domainPrefix", "local")
      .key("http")
      .begin_object()
      .member("method", request.method)
      .member("path", path)
      .member("protocol", "HTTP/1.1")
      .member("sourceIp", request.client_address)
      .member("userAgent", header(request, "User-Agent"))
      .end_object()
      .member("requestId", request_id)
      .member("routeKey", route_key)
      .member("stage", "$default")
      .member("time", log_time(received))
      .member("timeEpoch", received.time_since_epoch().count())
      .end_object();
}

void write_body(json::Writer& json, const std::string& body) {
  const bool is_text = is_utf8(body);
  json.key("body");
  if (body.empty()) {
    json.value(nullptr);
  } else {
    json.value(is_text ? body : base64_encode(body));
  }
  json.member("isBase64Encoded", !is_text);
}

}  // namespace

std::string encode_proxy_event(const HttpRequest& request, const Match& match, std::string_view request_id,
                               Instant received) {
  const auto [raw_path, raw_query] = split_target(request.target);
  const std::string path = well_formed(raw_path);
  const auto query = http::parse_query(raw_query);

  json::Writer json;
  json.begin_object()
      .member("resource", match.resource.path)
      .member("path", path)
      .member("httpMethod", request.method);
  write_groups(json, "headers", "multiValueHeaders", grouped(request.headers, equal_ignoring_case));
  write_groups(json, "queryStringParameters", "multiValueQueryStringParameters",
               grouped(query, std::equal_to<std::string>()));
  write_path_parameters(json, match);
  json.key("stageVariables").value(nullptr);
  write_request_context(json, request, match, path, request_id, received);
  write_body(json, request.body);
  json.end_object();
  return std::move(json).text();
}

std::string encode_http_event(const HttpRequest& request, const Match& match, std::string_view request_id,
                              Instant received) {
  const auto [raw_path, raw_query] = split_target(request.target);
  const std::string path = well_formed(http::percent_decoded(raw_path));
  const bool has_own_route = match.resource.functions.contains(request.method);
  const auto route_key = fmt::format("{} {}", has_own_route ? request.method : "ANY", match.resource.path);
  Fields headers = request.headers;
  for (auto& [name, value] : headers) name = ascii_lower_case(name);

  json::Writer json;
  json.begin_object()
      .member("version", "2.0")
      .member("routeKey", route_key)
      .member("rawPath", path)
      .member("rawQueryString", well_formed(raw_query));
  write_joined(json, "headers", grouped(headers, std::equal_to<std::string>()));
  if (const auto query = http::parse_query(raw_query); !query.empty())
    write_joined(json, "queryStringParameters", grouped(query, std::equal_to<std::string>()));
  if (!match.path_parameters.empty()) write_path_parameters(json, match);
  write_http_context(json, request, route_key, path, request_id, received);
  if (request.body.empty()) {
    json.member("isBase64Encoded", false);
  } else {
    write_body(json, request.body);
  }
  json.end_object();
  return std::move(json).text();
}

}  // namespace serverless::local_api
