#include "core/lambda/xray.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/dynamodb/client.h"
#include "core/json/json.h"
#include "core/json/writer.h"

namespace serverless::lambda {
namespace {

using std::chrono::steady_clock;

/// Precedes every document.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-daemon
constexpr std::string_view header = "{\"format\":\"json\",\"version\":1}\n";

using Seconds = std::chrono::duration<double>;

/// Returns the tables in the input of a call, without duplicates: the table of the call, or those of a
/// transaction's actions.
std::vector<std::string_view> tables_of(const json::Value& input) {
  if (const auto table = input["TableName"].string()) return {*table};
  std::vector<std::string_view> tables;
  for (const json::Value& item : input["TransactItems"].elements()) {
    for (const auto& [name, action] : item.members()) {
      const auto table = action["TableName"].string().value_or("");
      if (std::ranges::find(tables, table) == tables.end()) tables.push_back(table);
    }
  }
  return tables;
}

/// Writes a time in seconds since 1970.
void write_time(json::Writer& json, std::string_view name, Seconds since_1970) {
  json.key(name).raw(fmt::format("{:.6f}", since_1970.count()));
}

void write_error(json::Writer& json, int status, const dynamodb::Error& error, std::string_view id) {
  const bool client_error = status >= 400 && status < 500;
  json.member(client_error ? "error" : "fault", true);
  if (error.throttled) json.member("throttle", true);
  json.key("cause").begin_object().key("exceptions").begin_array().begin_object();
  json.member("id", id).member("message", error.message).member("remote", status != 0);
  json.end_object().end_array().end_object();
}

}  // namespace

CallTracer::CallTracer(std::string_view daemon, std::string_view region, const Clock& clock, Ids& ids)
    : daemon_(daemon), region_(region), clock_(clock), ids_(ids) {}

void CallTracer::call_begins(std::string_view operation, std::string_view input) {
  call_ = {
      .operation = operation, .input = input, .start = clock_.now(), .steady_start = steady_clock::now()};
}

void CallTracer::attempt_ended(const net::HttpResponse* response) {
  ++call_.attempts;
  call_.status = response == nullptr ? 0 : response->status;
  const auto id = response == nullptr ? std::nullopt : response->headers.get("x-amzn-RequestId");
  call_.request_id = id && http::is_visible_ascii(*id) ? *id : "";
}

void CallTracer::call_ended(const dynamodb::Error* error) {
  daemon_.send(std::string(header).append(subsegment(error)));
  call_ = {};
}

std::string CallTracer::subsegment(const dynamodb::Error* error) {
  const Seconds start = call_.start.time_since_epoch();
  const auto input = json::Document::parse(call_.input);
  const auto tables = input ? tables_of(input->root()) : std::vector<std::string_view>();

  json::Writer json;
  json.begin_object()
      .member("name", "DynamoDB")
      .member("id", new_id())
      .member("type", "subsegment")
      .member("trace_id", trace_.id)
      .member("parent_id", trace_.parent_id)
      .member("namespace", "aws");
  write_time(json, "start_time", start);
  write_time(json, "end_time", start + (steady_clock::now() - call_.steady_start));
  if (call_.status != 0) {
    json.key("http").begin_object().key("response").begin_object();
    json.member("status", call_.status).end_object().end_object();
  }
  json.key("aws").begin_object().member("operation", call_.operation).member("region", region_);
  if (!tables.empty()) json.member("table_name", tables.front());
  json.key("resource_names").begin_array();
  for (const std::string_view table : tables) json.value(table);
  json.end_array().member("retries", std::max(call_.attempts - 1, 0));
  if (!call_.request_id.empty()) json.member("request_id", call_.request_id);
  json.end_object();
  if (error != nullptr) write_error(json, call_.status, *error, new_id());
  json.end_object();
  return std::move(json).text();
}

/// Returns 64 random bits in hexadecimal digits, from both ends of a random UUID.
std::string CallTracer::new_id() {
  std::string id = ids_.new_uuid();
  id.erase(8, id.size() - 16);
  return id;
}

}  // namespace serverless::lambda
