// Bytes of a connection that begin with the response to a GET, against Boost.Beast's parser.
//
// Beast must read every response that our parser accepts in the same way. Our parser is deliberately stricter
// where two readers might disagree about the end of the response, and it does not examine what it skips.

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/http/dynamic_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/net/http_response_parser.h"
#include "core/net/http_syntax.h"
#include "core/support/ascii.h"
#include "tests/fuzz/fuzz.h"

namespace serverless::fuzz {
namespace {

namespace beast = boost::beast;
using Error = beast::http::error;

constexpr std::size_t max_body = 100;

/// A parser's result for the bytes, after which the server closed the connection.
struct Reading {
  std::string fault = {};  // empty when there is a response
  int status = 0;
  std::vector<http::Headers::Field> headers = {};
  std::string body = {};
  std::size_t size = 0;
  bool keeps_connection = false;

  bool operator==(const Reading&) const = default;
};

Reading read_in_parts(const std::vector<std::string_view>& parts) {
  net::HttpResponseParser parser({.body = max_body});
  std::size_t size = 0;
  for (const std::string_view part : parts) size += parser.feed(part);
  parser.end();
  if (!parser.fault().empty()) return {.fault = std::string(parser.fault())};
  require(parser.is_complete(), "after its end, a response is complete or has a fault");
  const net::HttpResponse& response = parser.response();
  return {.status = response.status,
          .headers = {response.headers.begin(), response.headers.end()},
          .body = response.body,
          .size = size,
          .keeps_connection = parser.keeps_connection()};
}

struct BeastReading {
  beast::error_code error = {};
  Reading reading = {};
  bool is_chunked = false;
};

/// Reads the first response with another status than 1xx.
BeastReading read_with_beast(std::string_view input) {
  for (std::size_t begin = 0;;) {
    // A body of this type does not reserve memory for its length.
    beast::http::response_parser<beast::http::dynamic_body> parser;
    parser.eager(true);
    parser.body_limit(boost::none);  // it is not enforced in every framing
    parser.header_limit(1 << 20);
    beast::error_code error;
    while (!error && !parser.is_done() && begin < input.size())
      begin += parser.put(boost::asio::buffer(input.data() + begin, input.size() - begin), error);
    if (!error && !parser.is_done()) {
      if (parser.got_some()) {
        parser.put_eof(error);
      } else {
        error = Error::end_of_stream;
      }
    }
    if (error) return {.error = error};
    const auto& message = parser.get();
    const int status = static_cast<int>(message.result_int());
    if (status >= 100 && status < 200) continue;
    http::Headers headers;
    for (const auto& field : message)
      headers.add({field.name_string().data(), field.name_string().size()},
                  {field.value().data(), field.value().size()});
    return {.reading = {.status = status,
                        .headers = {headers.begin(), headers.end()},
                        .body = beast::buffers_to_string(message.body().data()),
                        .size = begin,
                        .keeps_connection = message.keep_alive() && !message.need_eof()},
            .is_chunked = parser.chunked()};
  }
}

/// Returns whether Beast may refuse what our parser accepts.
bool is_laxer(const beast::error_code& error, std::string_view input, const Reading& ours) {
  if (error == Error::bad_status) return true;  // no space after the status
  // In Connection and Proxy-Connection, our parser looks only for `close` and `keep-alive`, and in an interim
  // response it ignores both headers.
  if (error == Error::bad_value) return ascii_lower_case(input).find("connection:") != std::string::npos;
  // Our parser skips chunk extensions, and does not interpret trailers. After an opening quotation mark in an
  // extension, Beast looks for the closing one beyond the line.
  return std::ranges::any_of(ours.headers,
                             [](const http::Headers::Field& field) {
                               return equal_ignoring_case(field.first, "Transfer-Encoding");
                             }) &&
         (error == Error::bad_chunk_extension || error == Error::need_more ||
          error == Error::bad_content_length || error == Error::bad_transfer_encoding);
}

/// Returns how often `lower_case` occurs in the input, ignoring case.
std::size_t count(std::string_view input, std::string_view lower_case) {
  std::size_t found = 0;
  for (std::size_t i = 0; i + lower_case.size() <= input.size(); ++i)
    found += equal_ignoring_case(input.substr(i, lower_case.size()), lower_case) ? 1 : 0;
  return found;
}

/// Returns whether our parser may refuse what Beast accepts: whether the input has what the fault describes.
bool is_stricter(std::string_view fault, std::string_view input, const Reading& theirs) {
  const std::vector<std::pair<std::string_view, bool>> faults = {
      {"the response is too large", theirs.body.size() > max_body},
      // Beast accepts equal lengths.
      {"Content-Length is not a number", count(input, "content-length") > 1},
      // With another coding, Beast reads until the connection ends.
      {"Transfer-Encoding is not just chunked", count(input, "transfer-encoding") > 0},
      // Beast joins folded lines.
      {"a header has no valid name", count(input, "\r\n ") + count(input, "\r\n\t") > 0},
      {"the response has no valid status", count(input, " 0") > 0},  // less than 100
      {"the server switches to another protocol", count(input, " 101") > 0},
      {"an interim response has content",
       count(input, "content-length") + count(input, "transfer-encoding") > 0},
      {"there are too many interim responses", count(input, "http/1.") > 8},
      {"the response has too many headers", count(input, "\n") > 32},
      {"a line of the response is too long", input.size() > 256},
      // Beast accepts control characters in a quoted extension.
      {"a chunk has no valid size", count(input, ";") > 0},
      {"a line does not end with CR LF", count(input, ";") > 0},
  };
  return std::ranges::find(faults, std::pair(fault, true)) != faults.end();
}

void compare_with_beast(std::string_view input, const Reading& ours) {
  auto [error, theirs, is_chunked] = read_with_beast(input);
  if (!ours.fault.empty())
    return require(error || is_stricter(ours.fault, input, theirs), "Beast refuses it too");
  if (error) return require(is_laxer(error, input, ours), "Beast accepts it too");
  if (is_chunked) theirs.headers = ours.headers;  // Beast adds the trailers
  require(ours.status == theirs.status, "Beast reads the same status");
  require(ours.headers == theirs.headers, "Beast reads the same headers");
  require(ours.body == theirs.body, "Beast reads the same body");
  require(ours.size == theirs.size, "Beast finds the same end");
  require(!ours.keeps_connection || theirs.keeps_connection, "Beast keeps the connection too");
}

}  // namespace

void try_input(std::string_view input) {
  const Reading ours = read_in_parts({input});
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < input.size(); ++i) bytes.push_back(input.substr(i, 1));
  require(read_in_parts(bytes) == ours, "the result is the same byte by byte");
  // The last byte chooses where.
  const std::size_t middle = input.empty() ? 0 : static_cast<unsigned char>(input.back()) % input.size();
  require(read_in_parts({input.substr(0, middle), input.substr(middle)}) == ours,
          "the result is the same in two parts");
  compare_with_beast(input, ours);
  if (!ours.fault.empty()) return;
  require(ours.status >= 200 && ours.status <= 999, "a final status has three digits");
  require(ours.body.size() <= max_body, "a body is not longer than allowed");
  for (const auto& [name, value] : ours.headers)
    require(net::is_token(name) && net::is_field_value(value), "a header has a name and one line");
}

}  // namespace serverless::fuzz
