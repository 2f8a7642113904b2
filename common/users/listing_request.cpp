#include "users/listing_request.h"

#include "core/http/query_reader.h"
#include "core/support/utf8.h"
#include "users/email_address.h"
#include "users/name.h"
#include "users/page_position.h"

namespace users {
namespace {

constexpr std::string_view invalid_format = "invalid_format";
constexpr FieldFault not_utf8{invalid_format, "must be UTF-8"};
constexpr FieldFault altered_token{invalid_format, "must be an unaltered nextToken of this listing"};

Result<FindByEmail> read_email(http::QueryReader query) {
  const auto email = query.checked("email", checked_email_address);
  for (const char* other : {"namePrefix", "pageSize", "limit", "nextToken"})
    if (query.has(other)) query.add_fault(other, invalid_format, "must not be combined with email");
  return std::move(query).value_or_problem(FindByEmail{.email = email.value_or("")});
}

int read_page_size(http::QueryReader& query) {
  const auto page_size = query.integer("pageSize", 1, max_page_size);
  const auto limit = query.integer("limit", 1, max_page_size);
  if (query.has("pageSize") && query.has("limit"))
    query.add_fault("limit", invalid_format, "must not be combined with pageSize, which means the same");
  return limit.value_or(page_size.value_or(default_page_size));
}

/// Returns the folded form of a prefix, or its fault.
Checked<std::string> folded_prefix(std::string_view text) {
  if (!serverless::is_utf8(text)) return tl::unexpected(not_utf8);
  return checked_name(text).map(folded_name);
}

/// Returns the position in a token, or the fault of a token that has none.
template <typename Position>
Checked<Position> checked_position(std::optional<Position> position) {
  if (!position) return tl::unexpected(altered_token);
  return *std::move(position);
}

Result<ListByNamePrefix> read_name_prefix(http::QueryReader query) {
  const int page_size = read_page_size(query);
  const auto prefix = query.checked("namePrefix", folded_prefix);
  std::optional<NamePosition> after;
  if (prefix) {
    after = query.checked("nextToken", [&](std::string_view token) {
      return checked_position(name_position_from_page_token(*prefix, token));
    });
  }
  return std::move(query).value_or_problem(
      ListByNamePrefix{.prefix = prefix.value_or(""), .page_size = page_size, .after = after});
}

Result<ListAll> read_list_all(http::QueryReader query) {
  const int page_size = read_page_size(query);
  const auto after = query.checked(
      "nextToken", [](std::string_view token) { return checked_position(id_from_page_token(token)); });
  return std::move(query).value_or_problem(ListAll{.page_size = page_size, .after = after});
}

}  // namespace

Result<ListingRequest> listing_request(const http::Request& request) {
  http::QueryReader query(request);
  if (query.has("email")) return read_email(std::move(query));
  if (query.has("namePrefix")) return read_name_prefix(std::move(query));
  return read_list_all(std::move(query));
}

}  // namespace users
