#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/dynamodb/call_observer.h"
#include "core/lambda/trace.h"
#include "core/net/udp_sender.h"
#include "core/support/clock.h"
#include "core/support/ids.h"

namespace serverless::lambda {

/// Sends a subsegment to X-Ray's daemon for each call to DynamoDB: its operation, its tables, its response,
/// its retries and its time. The daemon may miss some of them, which does not affect the calls.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-api-segmentdocuments.html#api-segmentdocuments-subsegments
class CallTracer final : public dynamodb::CallObserver {
 public:
  /// `daemon` is an address for UdpSender, which throws when it is invalid. `region` is DynamoDB's region.
  /// The references must outlive the tracer.
  CallTracer(std::string_view daemon, std::string_view region, const Clock& clock, Ids& ids);

  /// Makes the next calls part of this trace. Call it before the first one.
  void follow(const Trace& trace) { trace_ = trace; }

  void call_begins(std::string_view operation, std::string_view input) override;
  void attempt_ended(const net::HttpResponse* response) override;
  void call_ended(const dynamodb::Error* error) override;

 private:
  struct Call {
    /// Views of what the caller holds until the call ends.
    std::string_view operation;
    std::string_view input;
    Instant start;
    std::chrono::steady_clock::time_point steady_start;
    int attempts = 0;
    /// Of the last response; 0 and empty when there was none.
    int status = 0;
    std::string request_id = {};
  };

  std::string subsegment(const dynamodb::Error* error);
  std::string new_id();

  net::UdpSender daemon_;
  std::string region_;
  const Clock& clock_;
  Ids& ids_;
  Trace trace_;
  /// Empty between calls.
  Call call_ = {};
};

}  // namespace serverless::lambda
