#pragma once

#include <optional>
#include <string>
#include <variant>

#include "http/message.h"
#include "support/result.h"
#include "users/name_order.h"
#include "users/user.h"

namespace users::http {

constexpr int default_page_size = 25;
constexpr int max_page_size = 100;

/// A page of all users.
struct Everybody {
  int page_size = default_page_size;
  std::optional<UserId> after = {};
};

/// A page of the users whose folded name begins with `prefix`.
struct ByName {
  std::string prefix;
  int page_size = default_page_size;
  std::optional<NamePosition> after = {};
};

/// The user with an address.
struct ByEmail {
  std::string email;
};

/// Which users are asked for.
using Listing = std::variant<Everybody, ByName, ByEmail>;

/// Reads namePrefix, pageSize (or limit, which is the same) and nextToken, or email, which excludes them; the
/// problem lists every parameter at fault.
Result<Listing> listing(const Request& request);

}  // namespace users::http
