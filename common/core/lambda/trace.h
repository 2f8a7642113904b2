#pragma once

#include <string_view>

namespace serverless::lambda {

/// Sets `_X_AMZN_TRACE_ID` in the environment of this process, where X-Ray's libraries look for it. Not
/// thread-safe. https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html
void export_trace_id(std::string_view trace_id);

}  // namespace serverless::lambda
