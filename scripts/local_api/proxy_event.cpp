#include "proxy_event.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <vector>

#include "core/http/headers.h"
#include "core/http/uri.h"
#include "core/json/writer.h"
#include "core/support/base64.h"
#include "core/support/utf8.h"

namespace serverless::local_api {
namespace {

/// Replaces malformed UTF-8, which JSON cannot contain, by U+FFFD.
std::string well_formed(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto next = decode_code_point(text);
    result.append(next ? text.substr(0, next->length) : "\xEF\xBF\xBD");
    text.remove_prefix(next ? next->length : 1);
  }
  return result;
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
    if (http::same_name(own_name, name)) return well_formed(value);
  return "";
}

void write_request_context(json::Writer& json, const HttpRequest& request, const Match& match,
                           std::string_view path, std::string_view request_id, Instant received) {
  const auto seconds = std::chrono::system_clock::to_time_t(received);
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
      .member("requestTime", fmt::format("{:%d/%b/%Y:%H:%M:%S +0000}", fmt::gmtime(seconds)))
      .member("requestTimeEpoch", received.time_since_epoch().count())
      .member("resourcePath", match.resource.path)
      .member("stage", "Prod")
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
  const std::string_view target = request.target;
  const auto query_begins = std::min(target.size(), target.find('?'));
  const std::string path = well_formed(target.substr(0, query_begins));
  const auto query = http::parse_query(target.substr(std::min(target.size(), query_begins + 1)));

  json::Writer json;
  json.begin_object()
      .member("resource", match.resource.path)
      .member("path", path)
      .member("httpMethod", request.method);
  write_groups(json, "headers", "multiValueHeaders", grouped(request.headers, http::same_name));
  write_groups(json, "queryStringParameters", "multiValueQueryStringParameters",
               grouped(query, std::equal_to<std::string>()));
  write_path_parameters(json, match);
  json.key("stageVariables").value(nullptr);
  write_request_context(json, request, match, path, request_id, received);
  write_body(json, request.body);
  json.end_object();
  return std::move(json).text();
}

}  // namespace serverless::local_api
