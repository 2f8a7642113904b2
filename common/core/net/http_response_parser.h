#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/transport.h"

namespace serverless::net {

/// The limits of a response, in bytes unless the name says otherwise. A response that exceeds one has a
/// fault.
struct ResponseLimits {
  std::size_t status_line = 8 << 10;
  /// All header lines together. Lambda sends a context of up to 64 KB in one header.
  std::size_t headers = 256 << 10;
  int header_count = 256;
  std::size_t body = 16 << 20;
  /// The line with the size of a chunk, and its extensions.
  std::size_t chunk_line = 256;
  std::size_t trailers = 8 << 10;
  int trailer_count = 32;
  /// The responses with a status 1xx before the final one.
  int interim_responses = 8;
};

/// Parses the response to one GET or POST (RFC 9112), as its bytes arrive. It is stricter than HTTP where
/// two readers might disagree about where the response ends: a line must end with CR LF, a header must not be
/// folded, and there must be at most one Content-Length or one `chunked`, not both. Without either, the body
/// ends with the connection. Interim responses and trailers are skipped.
class HttpResponseParser {
 public:
  explicit HttpResponseParser(const ResponseLimits& limits);

  /// Parses the next bytes of the connection, in parts of any size. Returns how many of them belong to the
  /// response: all, unless it is complete or has a fault.
  std::size_t feed(std::string_view bytes);

  /// Reports that the server has closed the connection, which completes the response or is a fault.
  void end();

  /// Returns whether the server has sent anything.
  bool has_begun() const { return begun_; }
  bool is_complete() const { return part_ == Part::complete; }
  /// Returns why the response cannot be used; empty while there is no fault.
  std::string_view fault() const { return fault_; }
  /// Returns whether the server keeps the connection open after this response, which must be complete.
  bool keeps_connection() const { return keeps_connection_; }
  /// Returns the response, which must be complete.
  HttpResponse& response() { return response_; }

 private:
  enum class Part {
    status_line,
    headers,
    body,
    body_until_end,
    chunk_line,
    chunk,
    chunk_end,
    trailers,
    complete,
    faulty,
  };

  /// How the headers say where the content ends.
  struct Framing {
    bool is_chunked = false;
    std::optional<std::uint64_t> length = {};
  };

  /// Continues with a part that consists of lines.
  void begin_lines(Part part, std::size_t max_bytes, int max_count = 0);
  /// Continues with a part of the body that has this many bytes.
  void begin_body(Part part, std::uint64_t size);
  void fail(std::string_view fault);

  /// These take what they read off the front of `bytes`.
  void take_line(std::string_view& bytes);
  void take_body(std::string_view& bytes);

  void read_line(std::string_view line);
  void read_status_line(std::string_view line);
  void read_field(std::string_view line);
  void read_chunk_line(std::string_view line);
  void read_chunk_end(std::string_view line);
  /// Returns nothing after a fault.
  std::optional<Framing> read_framing();
  /// Decides, after the last header, what follows it (RFC 9112, section 6.3).
  void begin_content();
  void skip_interim_response(bool has_content);

  ResponseLimits limits_;
  Part part_ = Part::status_line;
  bool begun_ = false;
  std::string_view fault_;
  std::string line_;             // the part of a line that has arrived
  std::size_t line_bytes_left_;  // until the limit of this part
  int fields_left_ = 0;          // until the limit of this part
  std::uint64_t body_left_ = 0;  // of the body or the chunk
  int minor_version_ = 0;
  int interim_responses_ = 0;
  bool keeps_connection_ = false;
  HttpResponse response_;
};

}  // namespace serverless::net
