#pragma once

#include <optional>
#include <string>
#include <utility>

#include "core/http/message.h"
#include "core/support/result.h"

namespace serverless::http {

/// Returns the path parameter `name`, a UUID. Fails with Problem::invalid when it is absent or not a UUID.
/// `Id::parse` must return nothing for a text that is not a UUID.
template <typename Id>
Result<Id> uuid_parameter(const Request& request, const std::string& name) {
  const auto text = request.path_parameters.find(name);
  auto id = text == request.path_parameters.end() ? std::nullopt : Id::parse(text->second);
  if (!id) return failure(Problem::invalid(name, "invalid_format", "must be a UUID"));
  return *std::move(id);
}

}  // namespace serverless::http
