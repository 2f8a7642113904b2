#pragma once

#include <string_view>

#include "core/net/transport.h"

namespace serverless::dynamodb {

struct Error;

/// Observes the calls of a client, one at a time.
class CallObserver {
 public:
  virtual ~CallObserver() = default;
  /// A call begins. `operation` and `input`, which is JSON, are valid until the call ends.
  virtual void call_begins(std::string_view operation, std::string_view input) = 0;
  /// An attempt ended. `response` is null when no response arrived.
  virtual void attempt_ended(const net::HttpResponse* response) = 0;
  /// The call ended. `error` is null when the call succeeded.
  virtual void call_ended(const Error* error) = 0;
};

}  // namespace serverless::dynamodb
