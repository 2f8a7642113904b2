#include "core/net/http_response_parser.h"

#include <algorithm>
#include <optional>

#include "core/net/http_syntax.h"
#include "core/support/ascii.h"
#include "core/support/parse_integer.h"

namespace serverless::net {
namespace {

/// Returns whether a comma-separated list of tokens contains `token`, ignoring case.
bool lists(std::string_view list, std::string_view token) {
  for (;;) {
    const auto comma = list.find(',');
    if (equal_ignoring_case(http::trim_whitespace(list.substr(0, comma)), token)) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 1);
  }
}

}  // namespace

HttpResponseParser::HttpResponseParser(const ResponseLimits& limits)
    : limits_(limits), line_bytes_left_(limits.status_line) {}

std::size_t HttpResponseParser::feed(std::string_view bytes) {
  const std::size_t size = bytes.size();
  begun_ = begun_ || size > 0;
  while (!bytes.empty() && part_ != Part::complete && part_ != Part::faulty) {
    const bool is_content = part_ == Part::body || part_ == Part::body_until_end || part_ == Part::chunk;
    if (is_content) {
      take_body(bytes);
    } else {
      take_line(bytes);
    }
  }
  return size - bytes.size();
}

void HttpResponseParser::end() {
  if (part_ == Part::body_until_end) {
    part_ = Part::complete;
  } else if (part_ != Part::complete && part_ != Part::faulty) {
    fail(begun_ ? "the connection was closed in the middle of the response"
                : "the connection was lost before the response");
  }
}

void HttpResponseParser::begin_lines(Part part, std::size_t max_bytes, int max_count) {
  part_ = part;
  line_bytes_left_ = max_bytes;
  fields_left_ = max_count;
}

void HttpResponseParser::begin_body(Part part, std::uint64_t size) {
  if (size > limits_.body - response_.body.size()) return fail("the response is too large");
  part_ = part;
  body_left_ = size;
}

void HttpResponseParser::fail(std::string_view fault) {
  part_ = Part::faulty;
  fault_ = fault;
}

void HttpResponseParser::take_line(std::string_view& bytes) {
  const auto end = bytes.find('\n');
  const bool is_whole = end != std::string_view::npos;
  const auto piece = bytes.substr(0, is_whole ? end + 1 : end);
  if (piece.size() > line_bytes_left_) return fail("a line of the response is too long");
  line_bytes_left_ -= piece.size();
  bytes.remove_prefix(piece.size());
  if (is_whole && line_.empty()) return read_line(piece);
  line_.append(piece);
  if (!is_whole) return;
  read_line(line_);
  line_.clear();
}

void HttpResponseParser::take_body(std::string_view& bytes) {
  const auto piece = bytes.substr(0, body_left_);
  if (part_ == Part::body_until_end && piece.size() < bytes.size()) return fail("the response is too large");
  response_.body.append(piece);
  bytes.remove_prefix(piece.size());
  body_left_ -= piece.size();
  if (body_left_ > 0 || part_ == Part::body_until_end) return;
  if (part_ == Part::body) {
    part_ = Part::complete;
  } else {
    begin_lines(Part::chunk_end, std::string_view("\r\n").size());
  }
}

void HttpResponseParser::read_line(std::string_view line) {
  if (!line.ends_with("\r\n")) return fail("a line does not end with CR LF");
  line.remove_suffix(2);
  switch (part_) {
    case Part::status_line:
      return read_status_line(line);
    case Part::headers:
    case Part::trailers:
      return read_field(line);
    case Part::chunk_line:
      return read_chunk_line(line);
    case Part::chunk_end:
      return read_chunk_end(line);
    case Part::body:
    case Part::body_until_end:
    case Part::chunk:
    case Part::complete:
    case Part::faulty:
      return;  // They have no lines.
  }
}

void HttpResponseParser::read_status_line(std::string_view line) {
  constexpr std::string_view pattern = "HTTP/1.x nnn";
  if (line.size() < pattern.size() || !line.starts_with("HTTP/1.") || (line[7] != '0' && line[7] != '1') ||
      line[8] != ' ')
    return fail("the response is not HTTP/1.0 or HTTP/1.1");
  const auto status = parse_integer<unsigned>(line.substr(9, 3));
  // Some servers omit the space before a reason that is empty.
  const auto reason = line.substr(pattern.size());
  if (!status || *status < 100 || !is_field_value(reason) || (!reason.empty() && reason.front() != ' '))
    return fail("the response has no valid status");
  minor_version_ = line[7] - '0';
  response_.status = static_cast<int>(*status);
  begin_lines(Part::headers, limits_.headers, limits_.header_count);
}

void HttpResponseParser::read_field(std::string_view line) {
  const bool is_trailer = part_ == Part::trailers;
  if (line.empty() && is_trailer) {
    part_ = Part::complete;
    return;
  }
  if (line.empty()) return begin_content();
  if (fields_left_-- == 0) return fail("the response has too many headers");
  const auto colon = line.find(':');
  // A folded line begins with whitespace, which no name contains.
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
    return fail("a header has no valid name");
  const auto value = http::trim_whitespace(line.substr(colon + 1));
  if (!is_field_value(value)) return fail("a header contains a control character");
  if (!is_trailer) response_.headers.add(line.substr(0, colon), value);
}

void HttpResponseParser::read_chunk_line(std::string_view line) {
  const auto digits = line.substr(0, line.find_first_not_of("0123456789abcdefABCDEF"));
  const auto size = parse_integer<std::uint64_t>(digits, 16);
  const auto extensions = line.substr(digits.size());
  const auto first = extensions.find_first_not_of(" \t");
  const bool are_extensions = first != std::string_view::npos && extensions[first] == ';';
  if (!size || !is_field_value(extensions) || (!extensions.empty() && !are_extensions))
    return fail("a chunk has no valid size");
  if (*size == 0) return begin_lines(Part::trailers, limits_.trailers, limits_.trailer_count);
  begin_body(Part::chunk, *size);
}

void HttpResponseParser::read_chunk_end(std::string_view line) {
  if (!line.empty()) return fail("a chunk is longer than its size");
  begin_lines(Part::chunk_line, limits_.chunk_line);
}

std::optional<HttpResponseParser::Framing> HttpResponseParser::read_framing() {
  const auto length = response_.headers.get("Content-Length");
  const auto coding = response_.headers.get("Transfer-Encoding");
  Framing framing{.is_chunked = coding.has_value()};
  // The values of headers with the same name are joined, so two lengths are not a number.
  if (length) framing.length = parse_integer<std::uint64_t>(*length);
  if (length && !framing.length) {
    fail("Content-Length is not a number");
    return std::nullopt;
  }
  if (coding && (length || minor_version_ == 0 || !equal_ignoring_case(*coding, "chunked"))) {
    fail("Transfer-Encoding is not just chunked");
    return std::nullopt;
  }
  return framing;
}

void HttpResponseParser::begin_content() {
  const auto framing = read_framing();
  if (!framing) return;
  const int status = response_.status;
  const bool has_content = framing->is_chunked || framing->length.value_or(0) > 0;
  if (status < 200) return skip_interim_response(has_content);
  const auto connection = response_.headers.get("Connection").value_or("");
  // A server that announces content after a 204 might also send it.
  keeps_connection_ = !lists(connection, "close") &&
                      (minor_version_ == 1 || lists(connection, "keep-alive")) &&
                      !(status == 204 && has_content);
  if (status == 204 || status == 304) {
    part_ = Part::complete;
  } else if (framing->is_chunked) {
    begin_lines(Part::chunk_line, limits_.chunk_line);
  } else if (!framing->length) {
    keeps_connection_ = false;
    begin_body(Part::body_until_end, limits_.body);
  } else {
    begin_body(Part::body, *framing->length);
    if (part_ == Part::body) response_.body.reserve(*framing->length);
    if (*framing->length == 0) part_ = Part::complete;
  }
}

void HttpResponseParser::skip_interim_response(bool has_content) {
  if (response_.status == 101) return fail("the server switches to another protocol");
  if (has_content) return fail("an interim response has content");
  if (++interim_responses_ > limits_.interim_responses) return fail("there are too many interim responses");
  response_ = {};
  begin_lines(Part::status_line, limits_.status_line);
}

}  // namespace serverless::net
