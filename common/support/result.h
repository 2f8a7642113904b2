#pragma once

#include <tl/expected.hpp>
#include <tuple>
#include <utility>

#include "support/problem.h"

namespace users {

/// A value, or the reason why there is none. See https://tl.tartanllama.xyz/en/latest/api/expected.html
template <typename T>
using Result = tl::expected<T, Problem>;

/// For `return failure(Problem::…)` in a function that returns a Result.
inline tl::unexpected<Problem> failure(Problem problem) {
  return tl::unexpected<Problem>(std::move(problem));
}

/// All the values, or the first problem in the order of the arguments: the order in which a handler names its
/// checks is the order in which a client learns of faults.
template <typename... Ts>
Result<std::tuple<Ts...>> all_of(Result<Ts>... results) {
  const Problem* first = nullptr;
  (void)((results.has_value() || (first = &results.error(), false)) && ...);
  if (first != nullptr) return tl::unexpected<Problem>(*first);
  return std::tuple<Ts...>(*std::move(results)...);
}

}  // namespace users
