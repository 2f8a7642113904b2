#include "list_users/list_users.h"

#include "users/listing_request.h"
#include "users/page_position.h"
#include "users/user_responses.h"

namespace users {
namespace {

Result<http::Response> respond(const ListAll& list, UserFinder& users) {
  return users.list(list.page_size, list.after).map([](const UserPage<UserId>& page) {
    std::optional<std::string> next_token;
    if (page.next_after) next_token = to_page_token(*page.next_after);
    return page_response(page.users, next_token);
  });
}

Result<http::Response> respond(const ListByNamePrefix& list, UserFinder& users) {
  return users.list_by_name_prefix(list.prefix, list.page_size, list.after)
      .map([&](const UserPage<NamePosition>& page) {
        std::optional<std::string> next_token;
        if (page.next_after) next_token = to_page_token(list.prefix, *page.next_after);
        return page_response(page.users, next_token);
      });
}

Result<http::Response> respond(const FindByEmail& find, UserFinder& users) {
  return users.find_by_email(find.email).map([](const std::optional<User>& user) {
    return page_response(user ? std::vector{*user} : std::vector<User>(), std::nullopt);
  });
}

}  // namespace

Result<http::Response> list_users(const http::Request& request, const Services<UserFinder>& services) {
  return listing_request(request).and_then([&](const ListingRequest& listing) {
    return std::visit([&](const auto& kind) { return respond(kind, services.store); }, listing);
  });
}

}  // namespace users
