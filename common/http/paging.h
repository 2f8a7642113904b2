#pragma once

#include <optional>

#include "http/message.h"
#include "support/result.h"
#include "users/user.h"

namespace users::http {

constexpr int default_page_size = 25;
constexpr int max_page_size = 100;

/// Which page of a listing is asked for.
struct Paging {
  int size = default_page_size;
  std::optional<UserId> after;
};

/// Reads pageSize (or limit, which is the same) and nextToken; the problem lists every parameter at fault.
Result<Paging> paging(const Request& request);

}  // namespace users::http
