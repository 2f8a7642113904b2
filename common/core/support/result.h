#pragma once

#include <tl/expected.hpp>
#include <tuple>
#include <utility>

#include "core/support/problem.h"

namespace serverless {

/// A value, or the Problem that explains why there is none.
/// https://tl.tartanllama.xyz/en/latest/api/expected.html
template <typename T>
using Result = tl::expected<T, Problem>;

/// Converts a problem to the Result of a function that fails: `return failure(Problem::internal(cause));`.
inline tl::unexpected<Problem> failure(Problem problem) {
  return tl::unexpected<Problem>(std::move(problem));
}

/// Returns all the values, or the first problem in the order of the arguments. A handler lists its checks in
/// the order in which it reports errors.
template <typename... Ts>
Result<std::tuple<Ts...>> collect(Result<Ts>... results) {
  const Problem* first = nullptr;
  const auto keep_first = [&first](const auto& result) {
    if (first == nullptr && !result) first = &result.error();
  };
  (keep_first(results), ...);
  if (first != nullptr) return failure(*first);
  return std::tuple<Ts...>(*std::move(results)...);
}

/// Adapts a function of several arguments to the tuple of collect():
///
///     collect(path_id(request), if_match(request))
///         .and_then(unpacked([&](const Id& id, const http::VersionSet& allowed) {…}))
template <typename Function>
auto unpacked(Function function) {
  return [function = std::move(function)](const auto& tuple) { return std::apply(function, tuple); };
}

}  // namespace serverless
