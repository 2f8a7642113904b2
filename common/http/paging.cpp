#include "http/paging.h"

#include <charconv>

#include "http/route.h"
#include "users/page_token.h"

namespace users::http {
namespace {

Result<int> parse_page_size(const std::string& name, std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return failure(Problem::invalid(name, "invalid_format", "must be a whole number"));
  int size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc() || size < 1 || size > max_page_size)
    return failure(Problem::invalid(name, "out_of_range", "must be from 1 to 100"));
  return size;
}

Result<int> page_size(const Request& request) {
  return all_of(query_parameter(request, "pageSize"), query_parameter(request, "limit"))
      .and_then([](const auto& parameters) -> Result<int> {
        const auto& [page_size, limit] = parameters;
        if (page_size && limit)
          return failure(
              Problem::invalid("limit", "invalid_format", "is the same as pageSize: give one of them"));
        if (page_size) return parse_page_size("pageSize", *page_size);
        if (limit) return parse_page_size("limit", *limit);
        return default_page_size;
      });
}

Result<std::optional<UserId>> position(const Request& request) {
  return query_parameter(request, "nextToken")
      .and_then([](const std::optional<std::string>& token) -> Result<std::optional<UserId>> {
        if (!token) return std::nullopt;
        auto after = from_page_token(*token);
        if (!after)
          return failure(Problem::invalid("nextToken", "invalid_format",
                                          "must be a nextToken of this listing, unaltered"));
        return after;
      });
}

}  // namespace

Result<Paging> paging(const Request& request) {
  const auto size = page_size(request);
  const auto after = position(request);
  std::vector<FieldError> faults;
  if (!size) faults = size.error().errors;
  if (!after) faults.insert(faults.end(), after.error().errors.begin(), after.error().errors.end());
  if (!faults.empty()) return failure(Problem::invalid(std::move(faults)));
  return Paging{.size = *size, .after = *after};
}

}  // namespace users::http
