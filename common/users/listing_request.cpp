#include "users/listing_request.h"

#include "core/http/query_reader.h"
#include "core/support/utf8.h"
#include "users/email_address.h"
#include "users/name.h"
#include "users/page_position.h"

namespace users {
namespace {

/// The values of the parameters, as the query contains them.
struct Parameters {
  explicit Parameters(http::QueryReader& query)
      : email(query.text("email")),
        name_prefix(query.text("namePrefix")),
        page_size(query.text("pageSize")),
        limit(query.text("limit")),
        next_token(query.text("nextToken")) {}

  std::optional<std::string> email;
  std::optional<std::string> name_prefix;
  std::optional<std::string> page_size;
  std::optional<std::string> limit;
  std::optional<std::string> next_token;
};

FindByEmail read_email(http::QueryReader& query, const Parameters& parameters) {
  if (!is_email_address(*parameters.email))
    query.add_fault("email", "invalid_format", "must be a valid email address");
  const auto exclude = [&](std::string_view name, const std::optional<std::string>& value) {
    if (value) query.add_fault(name, "invalid_format", "must not be combined with email");
  };
  exclude("namePrefix", parameters.name_prefix);
  exclude("pageSize", parameters.page_size);
  exclude("limit", parameters.limit);
  exclude("nextToken", parameters.next_token);
  return {.email = *parameters.email};
}

int read_page_size(http::QueryReader& query, const Parameters& parameters) {
  int size = default_page_size;
  if (parameters.page_size) size = query.integer("pageSize", *parameters.page_size, 1, max_page_size);
  if (parameters.limit) size = query.integer("limit", *parameters.limit, 1, max_page_size);
  if (parameters.page_size && parameters.limit)
    query.add_fault("limit", "invalid_format", "must not be combined with pageSize, which means the same");
  return size;
}

/// Returns the folded prefix, or nothing when it is invalid.
std::optional<std::string> read_name_prefix(http::QueryReader& query, const std::string& text) {
  constexpr FieldFault not_utf8{"invalid_format", "must be UTF-8"};
  const auto fault = serverless::is_utf8(text) ? fault_of_name_prefix(text) : not_utf8;
  if (!fault) return folded_name(text);
  query.add_fault("namePrefix", fault->code, fault->message);
  return std::nullopt;
}

void add_token_fault(http::QueryReader& query) {
  query.add_fault("nextToken", "invalid_format", "must be an unaltered nextToken of this listing");
}

ListByNamePrefix read_list_by_name_prefix(http::QueryReader& query, const Parameters& parameters) {
  ListByNamePrefix list{.prefix = {}, .page_size = read_page_size(query, parameters)};
  const auto prefix = read_name_prefix(query, *parameters.name_prefix);
  if (!prefix) return list;
  list.prefix = *prefix;
  if (parameters.next_token) {
    list.after = from_page_token(list.prefix, *parameters.next_token);
    if (!list.after) add_token_fault(query);
  }
  return list;
}

ListAll read_list_all(http::QueryReader& query, const Parameters& parameters) {
  ListAll list{.page_size = read_page_size(query, parameters)};
  if (parameters.next_token) {
    list.after = from_page_token(*parameters.next_token);
    if (!list.after) add_token_fault(query);
  }
  return list;
}

ListingRequest read_listing_request(http::QueryReader& query) {
  const Parameters parameters(query);
  if (parameters.email) return read_email(query, parameters);
  if (parameters.name_prefix) return read_list_by_name_prefix(query, parameters);
  return read_list_all(query, parameters);
}

}  // namespace

Result<ListingRequest> listing_request(const http::Request& request) {
  http::QueryReader query(request);
  ListingRequest listing = read_listing_request(query);
  return std::move(query).value_or_problem(std::move(listing));
}

}  // namespace users
