#include "list_users/list_users.h"

#include "http/listing.h"
#include "http/user_exchange.h"
#include "users/page_token.h"

namespace users {
namespace {

Result<http::Response> page_of(const http::Everybody& asked, UserStore& users) {
  return users.list(asked.page_size, asked.after).map([](const UserPage& page) {
    return http::page_response(
        page.users, page.next_after ? std::optional(to_page_token(*page.next_after)) : std::nullopt);
  });
}

Result<http::Response> page_of(const http::ByName& asked, UserStore& users) {
  return users.list_by_name(asked.prefix, asked.page_size, asked.after).map([&](const NamePage& page) {
    return http::page_response(
        page.users,
        page.next_after ? std::optional(to_name_page_token(asked.prefix, *page.next_after)) : std::nullopt);
  });
}

Result<http::Response> page_of(const http::ByEmail& asked, UserStore& users) {
  return users.find_by_email(asked.email).map([](const std::optional<User>& user) {
    return http::page_response(user ? std::vector{*user} : std::vector<User>(), std::nullopt);
  });
}

}  // namespace

Result<http::Response> list_users(const http::Request& request, Services& services) {
  return http::listing(request).and_then([&](const http::Listing& listing) {
    return std::visit([&](const auto& asked) { return page_of(asked, services.users); }, listing);
  });
}

}  // namespace users
