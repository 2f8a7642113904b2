#include "core/net/http_response_parser.h"

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace serverless::net::testing {
namespace {

using namespace std::string_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// A parser's result for the bytes of a connection, which the server may have closed afterwards.
struct Parsed {
  std::string fault;
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  bool keeps_connection = false;
  std::string rest = {};  // the bytes after the response

  bool operator==(const Parsed&) const = default;
};

/// Feeds the parts one after another.
Parsed parse_parts(const std::vector<std::string_view>& parts, const ResponseLimits& limits, bool closed) {
  HttpResponseParser parser(limits);
  std::string rest;
  for (const std::string_view part : parts) {
    const std::size_t used = parser.feed(part);
    rest += part.substr(used);
  }
  if (closed) parser.end();
  if (!parser.fault().empty()) return {.fault = std::string(parser.fault())};
  if (!parser.is_complete()) return {.fault = "incomplete"};
  HttpResponse& response = parser.response();
  return {.fault = "",
          .status = response.status,
          .headers = {response.headers.begin(), response.headers.end()},
          .body = response.body,
          .keeps_connection = parser.keeps_connection(),
          .rest = rest};
}

/// Parses the bytes, and expects the same result byte by byte and for every split into two parts.
Parsed parse(std::string_view bytes, const ResponseLimits& limits = {}, bool closed = false) {
  Parsed whole = parse_parts({bytes}, limits, closed);
  std::vector<std::string_view> single_bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i) single_bytes.push_back(bytes.substr(i, 1));
  EXPECT_EQ(parse_parts(single_bytes, limits, closed), whole) << bytes;
  for (std::size_t i = 0; i <= bytes.size(); ++i)
    EXPECT_EQ(parse_parts({bytes.substr(0, i), bytes.substr(i)}, limits, closed), whole)
        << bytes << " in parts, the first of " << i << " bytes";
  return whole;
}

Parsed parse_until_closed(std::string_view bytes, const ResponseLimits& limits = {}) {
  return parse(bytes, limits, true);
}

std::string fault_of(std::string_view bytes, const ResponseLimits& limits = {}) {
  return parse_until_closed(bytes, limits).fault;
}

/// A response without a body, with these header lines.
std::string with_headers(std::string_view lines) {
  return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + std::string(lines) + "\r\n";
}

std::string with_chunks(std::string_view chunks) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string(chunks);
}

/// A response with this status line.
std::string with_status_line(std::string_view line) {
  return std::string(line) + "\r\nContent-Length: 0\r\n\r\n";
}

constexpr const char* no_version = "the response is not HTTP/1.0 or HTTP/1.1";
constexpr const char* no_status = "the response has no valid status";
constexpr const char* no_length = "Content-Length is not a number";
constexpr const char* no_coding = "Transfer-Encoding is not just chunked";
constexpr const char* no_name = "a header has no valid name";
constexpr const char* control_character = "a header contains a control character";
constexpr const char* no_line_end = "a line does not end with CR LF";
constexpr const char* no_chunk_size = "a chunk has no valid size";
constexpr const char* too_long = "a line of the response is too long";
constexpr const char* too_large = "the response is too large";

// ---- Framing

TEST(HttpResponseParser, ReadsABodyOfTheStatedLength) {
  const auto parsed = parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Name:\t a b \r\n\r\nhello");

  EXPECT_EQ(parsed.fault, "");
  EXPECT_EQ(parsed.status, 200);
  EXPECT_THAT(parsed.headers, ElementsAre(Pair("Content-Length", "5"), Pair("X-Name", "a b")));
  EXPECT_EQ(parsed.body, "hello");
  EXPECT_TRUE(parsed.keeps_connection);
}

TEST(HttpResponseParser, JoinsTheValuesOfHeadersWithOneName) {
  EXPECT_THAT(parse(with_headers("X-A: 1\r\nx-a: 2\r\n")).headers,
              ElementsAre(Pair("Content-Length", "0"), Pair("X-A", "1, 2")));
}

TEST(HttpResponseParser, ReadsChunksAndSkipsExtensionsAndTrailers) {
  const auto parsed =
      parse(with_chunks("5\r\nhello\r\n00B;a=b\r\n, all of yo\r\n1 ;c\r\nu\r\n0;d=\"e\"\r\n"
                        "X-Trailer: 1\r\nContent-Length: 3\r\n\r\n"));

  EXPECT_EQ(parsed.fault, "");
  EXPECT_EQ(parsed.body, "hello, all of you");
  EXPECT_THAT(parsed.headers, ElementsAre(Pair("Transfer-Encoding", "chunked")));
  EXPECT_TRUE(parsed.keeps_connection);
}

TEST(HttpResponseParser, ReadsABodyWithoutALengthUntilTheConnectionCloses) {
  const auto parsed = parse_until_closed("HTTP/1.1 200 OK\r\n\r\nhello\r\n");

  EXPECT_EQ(parsed.body, "hello\r\n");
  EXPECT_FALSE(parsed.keeps_connection);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\n\r\nhello").fault, "incomplete");
  EXPECT_EQ(parse_until_closed("HTTP/1.1 200 OK\r\n\r\n").body, "");
}

TEST(HttpResponseParser, RefusesAResponseThatIsCutOff) {
  EXPECT_EQ(fault_of(""), "the connection was lost before the response");
  for (const std::string& response :
       {"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"s, with_chunks("5\r\nhello\r\n0\r\n\r\n")})
    for (std::size_t size = 1; size < response.size(); ++size)
      EXPECT_EQ(fault_of(response.substr(0, size)), "the connection was closed in the middle of the response")
          << size;
}

TEST(HttpResponseParser, RefusesLengthsThatAreNotADecimalNumber) {
  for (const char* length : {"", "+5", "-5", "5 5", "5,5", "5, 5", "0x5", "5a", "five", "5.0", "\"5\"",
                             "18446744073709551616", "99999999999999999999999"})
    EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: "s + length + "\r\n\r\nhello"), no_length)
        << length;
  EXPECT_EQ(fault_of("HTTP/1.1 304 Not Modified\r\nContent-Length: x\r\n\r\n"), no_length);
}

TEST(HttpResponseParser, RefusesTwoLengthsEvenWhenTheyAreEqual) {
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello"), no_length);
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), no_length);
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length:\r\n\r\nhello"), no_length);
}

TEST(HttpResponseParser, RefusesALengthTogetherWithChunks) {
  const std::string length = "Content-Length: 5\r\n";
  const std::string coding = "Transfer-Encoding: chunked\r\n";
  for (const std::string& both : {length + coding, coding + length})
    EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\n" + both + "\r\n0\r\n\r\n"), no_coding);
}

TEST(HttpResponseParser, RefusesCodingsOtherThanChunked) {
  for (const char* coding : {"", "gzip", "identity", "gzip, chunked", "chunked, gzip", "chunked, chunked",
                             "chunked;a=b", "xchunked", "chunked,", "chunked, identity"})
    EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: "s + coding + "\r\n\r\n0\r\n\r\n"), no_coding)
        << coding;
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
            no_coding);
  EXPECT_EQ(fault_of("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), no_coding);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n0\r\n\r\n").fault, "");
}

TEST(HttpResponseParser, RefusesChunksWithoutAValidSize) {
  for (const char* size : {"", " 5", "5 ", "5\t", "+5", "-5", "0x5", "g", ";a", "5 a", "5,",
                           "10000000000000000", "5;\x01", "5\r"})
    EXPECT_EQ(fault_of(with_chunks(size + "\r\nhello\r\n0\r\n\r\n"s)), no_chunk_size) << size;
}

TEST(HttpResponseParser, RefusesAChunkThatIsLongerThanItsSize) {
  EXPECT_EQ(fault_of(with_chunks("4\r\nhello\r\n0\r\n\r\n")), too_long);
  EXPECT_EQ(fault_of(with_chunks("4\r\nhell\n0\r\n\r\n")), no_line_end);
  EXPECT_EQ(fault_of(with_chunks("4\r\nhello\n0\r\n\r\n")), no_line_end);
}

TEST(HttpResponseParser, ReadsNoBodyOf204And304) {
  for (const char* status : {"204 No Content", "304 Not Modified"}) {
    const auto parsed = parse("HTTP/1.1 "s + status + "\r\nX-A: b\r\n\r\n");
    EXPECT_EQ(parsed.fault, "") << status;
    EXPECT_TRUE(parsed.keeps_connection) << status;
  }
  const auto not_modified = parse("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
  EXPECT_EQ(not_modified.fault, "");
  EXPECT_TRUE(not_modified.keeps_connection);
}

TEST(HttpResponseParser, DoesNotKeepTheConnectionWhenA204AnnouncesABody) {
  for (const char* framing : {"Content-Length: 5", "Transfer-Encoding: chunked"}) {
    const auto parsed = parse("HTTP/1.1 204 No Content\r\n"s + framing + "\r\n\r\nhello");
    EXPECT_EQ(parsed.fault, "");
    EXPECT_EQ(parsed.body, "");
    EXPECT_EQ(parsed.rest, "hello");
    EXPECT_FALSE(parsed.keeps_connection) << framing;
  }
}

TEST(HttpResponseParser, LeavesTheBytesAfterTheResponse) {
  EXPECT_EQ(parse(with_headers("") + "HTTP/1.1 200 OK\r\n").rest, "HTTP/1.1 200 OK\r\n");
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello").rest, "llo");
  EXPECT_EQ(parse(with_chunks("0\r\n\r\nx")).rest, "x");
}

// ---- Status lines and interim responses

TEST(HttpResponseParser, AcceptsAStatusWithAnyOrNoReason) {
  for (const char* line : {"HTTP/1.1 200 OK", "HTTP/1.1 200 ", "HTTP/1.1 200", "HTTP/1.0 200 Tout va bien",
                           "HTTP/1.1 200 \xC3\xA9\t!"})
    EXPECT_EQ(parse(with_status_line(line)).status, 200) << line;
  EXPECT_EQ(parse(with_status_line("HTTP/1.1 999 -")).status, 999);
}

TEST(HttpResponseParser, RefusesOtherVersions) {
  for (const char* line : {"", "HTTP/1.1", "HTTP/1.1 ", "HTTP/1.1 20", "HTTP/2 200 OK", "HTTP/22 200 OK",
                           "HTTP/2.0 200 OK", "HTTP/1.2 200 OK", "HTTP/0.9 200 OK", "HTTP/01.1 200 OK",
                           "http/1.1 200 OK", " HTTP/1.1 200 OK", "HTTP/1.1\t200 OK", "ICY 200 OK or so"})
    EXPECT_EQ(fault_of(with_status_line(line)), no_version) << line;
}

TEST(HttpResponseParser, RefusesAnInvalidStatusOrReason) {
  for (const char* line : {"HTTP/1.1 099 OK", "HTTP/1.1 000 OK", "HTTP/1.1 20 OK", "HTTP/1.1 2000 OK",
                           "HTTP/1.1  200 OK", "HTTP/1.1 +20 OK", "HTTP/1.1 2x0 OK", "HTTP/1.1 200OK",
                           "HTTP/1.1 200\tOK", "HTTP/1.1 200 \x01", "HTTP/1.1 -20 OK"})
    EXPECT_EQ(fault_of(with_status_line(line)), no_status) << line;
}

TEST(HttpResponseParser, SkipsInterimResponses) {
  const auto parsed = parse(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\nConnection: close\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");

  EXPECT_EQ(parsed.status, 200);
  EXPECT_EQ(parsed.body, "hi");
  EXPECT_THAT(parsed.headers, ElementsAre(Pair("Content-Length", "2")));
  EXPECT_TRUE(parsed.keeps_connection);
}

TEST(HttpResponseParser, RefusesTooManyOrInvalidInterimResponses) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(parse(interim + interim + with_headers(""), {.interim_responses = 2}).fault, "");
  EXPECT_EQ(fault_of(interim + interim + interim + with_headers(""), {.interim_responses = 2}),
            "there are too many interim responses");
  EXPECT_EQ(fault_of("HTTP/1.1 101 Switching Protocols\r\n\r\n"), "the server switches to another protocol");
  for (const char* framing : {"Content-Length: 2", "Transfer-Encoding: chunked"})
    EXPECT_EQ(fault_of("HTTP/1.1 100 Continue\r\n"s + framing + "\r\n\r\n"),
              "an interim response has content");
}

// ---- Headers

TEST(HttpResponseParser, RefusesHeadersWithoutAValidName) {
  for (const char* line : {"no colon", ": empty", "Name : a", "Na me: a", "N\x01me: a", "N\xC3\xA9: a",
                           "\"Name\": a", " folded: a", "\tfolded", " "})
    EXPECT_EQ(fault_of(with_headers("X-A: b\r\n"s + line + "\r\n")), no_name) << line;
  EXPECT_EQ(fault_of(with_chunks("0\r\nX-A : b\r\n\r\n")), no_name);
}

TEST(HttpResponseParser, RefusesControlCharactersInAHeader) {
  for (const std::string& value : {"a\0b"s, "a\rb"s, "\r"s, "a\x1B"s, "a\x7F"s, "a\r"s})
    EXPECT_EQ(fault_of(with_headers("X-A: " + value + "\r\n")), control_character) << value;
  EXPECT_EQ(fault_of(with_chunks("0\r\nX-A: a\x1B\r\n\r\n")), control_character);
}

TEST(HttpResponseParser, RefusesLinesThatEndWithoutACarriageReturn) {
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\nContent-Length: 0\r\n\r\n"), no_line_end);
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 0\n\r\n"), no_line_end);
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\n"), no_line_end);
  EXPECT_EQ(fault_of(with_chunks("5\nhello\r\n0\r\n\r\n")), no_line_end);
  EXPECT_EQ(fault_of(with_chunks("0\r\n\n")), no_line_end);
}

// ---- Connections

TEST(HttpResponseParser, KeepsTheConnectionAsHttpPrescribes) {
  const std::vector<std::pair<const char*, bool>> cases = {
      {"HTTP/1.1 200 OK\r\n", true},
      {"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n", true},
      {"HTTP/1.1 200 OK\r\nConnection: close\r\n", false},
      {"HTTP/1.1 200 OK\r\nConnection: x,\tClose \r\n", false},
      {"HTTP/1.1 200 OK\r\nConnection: x\r\nConnection: close\r\n", false},
      {"HTTP/1.1 200 OK\r\nConnection: closed\r\n", true},
      {"HTTP/1.0 200 OK\r\n", false},
      {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\n", true},
      {"HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n", false},
  };
  for (const auto& [head, kept] : cases)
    EXPECT_EQ(parse(std::string(head) + "Content-Length: 0\r\n\r\n").keeps_connection, kept) << head;
}

// ---- Limits

TEST(HttpResponseParser, LimitsTheStatusLine) {
  const ResponseLimits limits{.status_line = 20};
  EXPECT_EQ(fault_of(with_status_line("HTTP/1.1 200 12345"), limits), "");
  EXPECT_EQ(fault_of(with_status_line("HTTP/1.1 200 123456"), limits), too_long);
  EXPECT_EQ(fault_of(std::string(21, 'x'), limits), too_long);
}

TEST(HttpResponseParser, LimitsHeaders) {
  const std::string lines = "A: b\r\nContent-Length: 0\r\n\r\n";
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\n" + lines, {.headers = lines.size()}), "");
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\n" + lines, {.headers = lines.size() - 1}), too_long);
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\n" + lines, {.header_count = 2}), "");
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\n" + lines, {.header_count = 1}),
            "the response has too many headers");
}

TEST(HttpResponseParser, LimitsChunkLinesAndTrailers) {
  const std::string chunks = with_chunks("1;a=b\r\nx\r\n1;a=b\r\nx\r\n0;a=b\r\nA: b\r\nC: d\r\n\r\n");
  EXPECT_EQ(fault_of(chunks, {.chunk_line = 7, .trailers = 14, .trailer_count = 2}), "");
  EXPECT_EQ(fault_of(chunks, {.chunk_line = 6}), too_long);
  EXPECT_EQ(fault_of(chunks, {.trailers = 13}), too_long);
  EXPECT_EQ(fault_of(chunks, {.trailer_count = 1}), "the response has too many headers");
}

TEST(HttpResponseParser, LimitsTheBodyInEachFraming) {
  const ResponseLimits limits{.body = 4};
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd", limits).body, "abcd");
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", limits), too_large);
  EXPECT_EQ(parse(with_chunks("1\r\na\r\n3\r\nbcd\r\n0\r\n\r\n"), limits).body, "abcd");
  EXPECT_EQ(fault_of(with_chunks("2\r\nab\r\n3\r\ncd"), limits), too_large);
  EXPECT_EQ(fault_of(with_chunks("FFFFFFFFFFFFFFFF\r\na"), limits), too_large);
  EXPECT_EQ(parse_until_closed("HTTP/1.1 200 OK\r\n\r\nabcd", limits).body, "abcd");
  EXPECT_EQ(fault_of("HTTP/1.1 200 OK\r\n\r\nabcde", limits), too_large);
  EXPECT_THAT(parse_until_closed("HTTP/1.1 200 OK\r\n\r\n", {.body = 0}).body, IsEmpty());
}

}  // namespace
}  // namespace serverless::net::testing
