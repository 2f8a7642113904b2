#pragma once

#include <string_view>

#include "message.h"

namespace serverless::local_api {

/// The rules of RFC 9112 for requests that the HTTP parser does not check.

/// Returns whether a header continues on the next line, which a server must reject (section 5.2). `head` is
/// the part of the request up to the empty line.
bool has_folded_line(std::string_view head);

/// Returns whether the target is a path with an optional query, a URI with a host, or the `*` of an OPTIONS
/// request (section 3.2).
bool has_valid_target(const HttpRequest& request);

/// Returns whether the request has one valid Host, which HTTP/1.0 may lack (section 3.2), and at most one
/// header that determines where its body ends: a Content-Length with one number, or the transfer coding
/// `chunked`, which HTTP/1.0 does not have (section 6).
bool is_unambiguous(const HttpRequest& request, bool is_http_1_0);

/// Replaces a target in absolute form by its path and query, and the value of Host by its authority (section
/// 3.2.2).
void convert_absolute_form(HttpRequest& request);

}  // namespace serverless::local_api
