#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "dynamodb/signer.h"
#include "json/json.h"
#include "net/http_client.h"
#include "support/clock.h"
#include "support/log.h"
#include "support/random.h"

namespace users::dynamodb {

/// Why a call has no result.
struct Error {
  enum class Kind {
    /// DynamoDB refused the condition of a write, or conditions of a transaction; nothing was written.
    condition_failed,
    /// It did not answer in time, or asked for patience until the end.
    unavailable,
    /// It refused the request for good; trying again changes nothing.
    rejected,
  };
  Kind kind;
  /// For the log: the exception or the fault of the transport.
  std::string message;
  /// The body of the error reply, where there was one.
  std::optional<json::Document> details = {};
  /// Whether an attempt before this answer may have been carried out though its reply was lost.
  bool after_lost_reply = false;

  /// The item at which the condition of a single write was refused; missing when there is none.
  json::Value item() const;
  /// The same of an action of a transaction, counted from 0; nothing when it is not that action which was
  /// refused, or a conflict beside it leaves open what there is to refuse.
  std::optional<json::Value> item_of_action(std::size_t action) const;
};

/// Calls DynamoDB's low-level API: sends, checks the reply against its CRC, and repeats what is worth
/// repeating until the deadline.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
class Client {
 public:
  /// `endpoint` is a scheme and an authority, without a path. All references must outlive the client.
  Client(std::string endpoint, Signer signer, net::Transport& transport, Clock& clock, Random& random,
         Log& log);

  /// Calls from now on give up shortly before `deadline`, so that there is time left to answer.
  void set_deadline(Instant deadline) { deadline_ = deadline; }

  /// Makes the connection that calls will use, in this time, so that the first of them need not wait for TLS.
  /// Without success that call makes its own. An unsigned GET is what DynamoDB answers with `healthy`.
  void connect(std::chrono::milliseconds timeout);

  /// Performs one operation, such as "GetItem", with its JSON input; gives its JSON output.
  tl::expected<json::Document, Error> call(std::string_view operation, std::string_view input);

 private:
  struct Failure;
  tl::expected<json::Document, Failure> attempt(std::string_view operation, std::string_view input,
                                                std::chrono::milliseconds timeout);
  std::chrono::milliseconds remaining() const;

  std::string endpoint_;
  std::string host_;
  Signer signer_;
  net::Transport& transport_;
  Clock& clock_;
  Random& random_;
  Log& log_;
  Instant deadline_ = Instant::max();
};

}  // namespace users::dynamodb
