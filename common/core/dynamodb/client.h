#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/dynamodb/call_observer.h"
#include "core/dynamodb/item.h"
#include "core/dynamodb/signer.h"
#include "core/dynamodb/transaction.h"
#include "core/json/json.h"
#include "core/net/transport.h"
#include "core/support/clock.h"
#include "core/support/deadline.h"
#include "core/support/log.h"
#include "core/support/random.h"

namespace serverless::dynamodb {

/// The reason why a call has no output.
struct Error {
  enum class Kind {
    /// DynamoDB refused the condition of a write, or conditions in a transaction, and wrote nothing.
    condition_failed,
    /// DynamoDB gave no usable response before the attempts or the time ran out.
    unavailable,
    /// DynamoDB rejected the request, and would reject it again.
    rejected,
  };
  Kind kind;
  /// For the log: the name of the exception, or the fault of the transport.
  std::string message;
  /// The body of the error response, if there was one.
  std::optional<json::Document> details = {};
  /// Whether DynamoDB may have carried out an earlier attempt: its response was lost, or reported a failure
  /// within DynamoDB.
  bool after_unknown_outcome = false;
  /// Whether DynamoDB asked for less traffic.
  bool throttled = false;

  /// Returns the item that did not meet the condition of a single write; none when there was no item.
  Item item() const;
  /// The same for an action of a transaction. Returns nothing when DynamoDB did not refuse this action, or
  /// when the transaction met a conflict: then the other reasons are not final.
  std::optional<Item> item_of_failed_condition(Action action) const;
};

struct FailedAttempt;

/// Calls DynamoDB's low-level API. It sends the request, checks the response against its CRC, and retries
/// according to retry.h, until the deadline. When DynamoDB refuses a signature, the next ones have the time
/// of DynamoDB's clock, according to the Date of its response.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
class Client {
 public:
  /// `endpoint` is a scheme and an authority, without a path. All references must outlive the client. Calls
  /// give up shortly before `deadline`, so that there is time left to respond.
  Client(std::string endpoint, Signer signer, net::Transport& transport, Clock& clock,
         const Deadline& deadline, Random& random, Log& log);

  /// Opens the connection, so that the first call need not wait for TLS. A failure is only logged: the first
  /// call will open a connection itself. DynamoDB responds to this unsigned GET with `healthy`.
  void connect(std::chrono::milliseconds timeout);

  /// Reports the calls from now on to `observer`, which must outlive them, or to nobody when it is nullptr.
  void observe(CallObserver* observer) { observer_ = observer; }

  /// Performs one operation, such as "GetItem", with its JSON input. Returns its JSON output.
  tl::expected<json::Document, Error> call(std::string_view operation, std::string_view input);

 private:
  tl::expected<json::Document, Error> attempt_until_final(std::string_view operation, std::string_view input);
  tl::expected<json::Document, FailedAttempt> attempt(std::string_view operation, std::string_view input,
                                                      std::chrono::milliseconds timeout);
  /// Makes further signatures have the time of DynamoDB's clock, `date`, unless the function's own is about
  /// the same.
  void correct_clock(Instant date);
  /// Makes further signatures have the time of the function's clock.
  void trust_own_clock();

  std::string endpoint_;
  std::string host_;
  Signer signer_;
  net::Transport& transport_;
  Clock& clock_;
  const Deadline& deadline_;
  Random& random_;
  Log& log_;
  CallObserver* observer_ = nullptr;
  // The difference between DynamoDB's clock and the function's, once a refused signature has revealed one.
  std::chrono::milliseconds clock_correction_{0};
};

}  // namespace serverless::dynamodb
