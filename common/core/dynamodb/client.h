#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

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
    /// No attempt succeeded before the attempts or the time ran out.
    unavailable,
    /// DynamoDB rejected the request, and would reject it again.
    rejected,
  };
  Kind kind;
  /// For the log: the status and the name of the exception, or the reason why there is no response.
  std::string message;
  /// The body of the error response, if there was one.
  std::optional<json::Document> details = {};
  /// Whether DynamoDB may have carried out an earlier attempt: its response was lost, or reported a failure
  /// within DynamoDB.
  bool after_unknown_outcome = false;
  /// Whether DynamoDB throttled the last attempt.
  bool throttled = false;

  /// Returns the item that did not meet the condition of a single write. The returned Item does not exist
  /// when there was no item.
  Item item() const;
  /// Like item(), for an action of a transaction. Returns nothing when DynamoDB did not refuse the condition
  /// of this action, or when it throttled the transaction or found a conflict, because the other reasons are
  /// not final then.
  std::optional<Item> item_of_failed_condition(Action action) const;
};

struct FailedAttempt;

/// Calls DynamoDB's low-level API. It sends the request, checks the response against its CRC, and retries
/// according to retry.h until shortly before the deadline. After DynamoDB refuses a signature, later
/// signatures use the time of DynamoDB's clock, which the Date header of the response contains.
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
class Client {
 public:
  /// `endpoint` is a scheme and an authority, without a path. All references must outlive the client. Calls
  /// give up shortly before `deadline`, so that there is time left to respond.
  Client(std::string endpoint, Signer signer, net::Transport& transport, Clock& clock,
         const Deadline& deadline, Random& random, Log& log);

  /// Opens the connection, so that the first call does not wait for TLS. Only logs a failure, because the
  /// first call can open the connection. Sends an unsigned GET, to which DynamoDB responds with `healthy`.
  void connect(std::chrono::milliseconds timeout);

  /// Reports later calls to `observer`, which must outlive them; to no observer when it is null.
  void observe(CallObserver* observer) { observer_ = observer; }

  /// Performs one operation, such as "GetItem", with its JSON input. Returns its JSON output, or the reason
  /// why there is none.
  tl::expected<json::Document, Error> call(std::string_view operation, std::string_view input);

 private:
  tl::expected<json::Document, Error> attempt_until_final(std::string_view operation, std::string_view input);
  tl::expected<json::Document, FailedAttempt> attempt(std::string_view operation, std::string_view input,
                                                      std::chrono::milliseconds timeout);
  /// Makes later signatures use the time of DynamoDB's clock, `date`, unless the function's clock has about
  /// the same time.
  void correct_clock(Instant date);
  /// Makes later signatures use the time of the function's clock.
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
