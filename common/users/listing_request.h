#pragma once

#include <optional>
#include <string>
#include <variant>

#include "core/http/message.h"
#include "users/name_order.h"
#include "users/user.h"

namespace users {

constexpr int default_page_size = 25;
constexpr int max_page_size = 100;

/// A request for a page of all users.
struct ListAll {
  int page_size = default_page_size;
  std::optional<UserId> after = {};
};

/// A request for a page of the users whose folded name begins with `prefix`.
struct ListByNamePrefix {
  std::string prefix;
  int page_size = default_page_size;
  std::optional<NamePosition> after = {};
};

/// A request for the user with this email address.
struct FindByEmail {
  std::string email;
};

using ListingRequest = std::variant<ListAll, ListByNamePrefix, FindByEmail>;

/// Reads the query parameters: `email`; or namePrefix, pageSize or its synonym `limit`, and nextToken. Fails
/// with Problem::invalid, which lists every invalid parameter; nextToken is not checked when namePrefix is
/// invalid.
Result<ListingRequest> listing_request(const http::Request& request);

}  // namespace users
