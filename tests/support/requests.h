#pragma once

#include <string>
#include <string_view>

#include "core/http/message.h"

namespace serverless::testing {

/// Builds the request of a test: `a_put().user(id).header("If-Match", "\"1\"").body(R"({"age":37})")`.
class RequestBuilder {
 public:
  explicit RequestBuilder(std::string_view method) {
    request_.method = method;
    request_.path = "/users";
    request_.id = "request-1";
  }

  RequestBuilder& user(std::string_view id) {
    request_.path = "/users/" + std::string(id);
    request_.path_parameters["userId"] = id;
    return *this;
  }
  RequestBuilder& path(std::string_view path) {
    request_.path = path;
    return *this;
  }
  /// The gateway's own name for the path, where it gives one.
  RequestBuilder& resource(std::string_view resource) { return request_.resource = resource, *this; }
  RequestBuilder& header(std::string_view name, std::string_view value) {
    return request_.headers.add(name, value), *this;
  }
  RequestBuilder& query(std::string_view name, std::string_view value) {
    return request_.query.emplace_back(name, value), *this;
  }
  RequestBuilder& body(std::string_view body) { return request_.body = body, *this; }
  RequestBuilder& caller(std::string_view caller) { return request_.caller = caller, *this; }

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
