#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace serverless::lambda {

/// The place of an invocation in an X-Ray trace.
struct Trace {
  /// Such as 1-5759e988-bd862e3fe1be46a994272793.
  std::string id;
  /// The id of the function's segment, 16 hexadecimal digits.
  std::string parent_id;
};

/// Reads Lambda's header about the trace of an invocation: `Root=ID;Parent=ID;Sampled=1`. Returns nothing
/// when X-Ray does not record the trace or the header is malformed.
/// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
std::optional<Trace> sampled_trace(std::string_view header);

/// Sets `_X_AMZN_TRACE_ID` in the environment of this process, where X-Ray's libraries look for it. Not
/// thread-safe. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
void export_trace_id(std::string_view trace_id);

}  // namespace serverless::lambda
