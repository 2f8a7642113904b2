#pragma once

#include <string>
#include <string_view>

#include "core/http/message.h"

namespace serverless::testing {

/// Builds a request: `a_put().path("/orders/7").header("If-Match", "\"1\"").body(R"({"count":2})")`.
class RequestBuilder {
 public:
  explicit RequestBuilder(std::string_view method) {
    request_.method = method;
    request_.path = "/orders";
    request_.id = "request-1";
  }

  RequestBuilder& path(std::string_view path) {
    request_.path = path;
    return *this;
  }
  RequestBuilder& path_parameter(const std::string& name, std::string_view value) {
    request_.path_parameters[name] = value;
    return *this;
  }
  /// Sets the path template of the route in the gateway.
  RequestBuilder& resource(std::string_view resource) {
    request_.resource = resource;
    return *this;
  }
  RequestBuilder& header(std::string_view name, std::string_view value) {
    request_.headers.add(name, value);
    return *this;
  }
  RequestBuilder& query(std::string_view name, std::string_view value) {
    request_.query.emplace_back(name, value);
    return *this;
  }
  RequestBuilder& body(std::string_view body) {
    request_.body = body;
    return *this;
  }
  RequestBuilder& caller(std::string_view caller) {
    request_.caller = caller;
    return *this;
  }

  operator const http::Request&() const { return request_; }

 private:
  http::Request request_;
};

inline RequestBuilder a_get() {
  return RequestBuilder("GET");
}
inline RequestBuilder a_post() {
  return RequestBuilder("POST");
}
inline RequestBuilder a_put() {
  return RequestBuilder("PUT");
}
inline RequestBuilder a_delete() {
  return RequestBuilder("DELETE");
}

}  // namespace serverless::testing
