#include "list_users/list_users.h"

#include "http/paging.h"
#include "http/user_exchange.h"

namespace users {

Result<http::Response> list_users(const http::Request& request, Services& services) {
  return http::paging(request)
      .and_then([&](const http::Paging& page) { return services.users.list(page.size, page.after); })
      .map(http::page_response);
}

}  // namespace users
