#include "http/paging.h"

#include <charconv>

#include "users/page_token.h"

namespace users::http {
namespace {

/// Takes the parameters one after the other and keeps a list of all that is wrong.
class ParameterReader {
 public:
  explicit ParameterReader(const Request& request) : request_(request) {}

  /// The value; nothing when it is not there, or, which is a fault, more than once.
  std::optional<std::string> parameter(std::string_view name) {
    std::optional<std::string> found;
    for (const auto& [parameter, value] : request_.query) {
      if (parameter != name) continue;
      if (found) return fault(name, "invalid_format", "must be given only once"), std::nullopt;
      found = value;
    }
    return found;
  }

  void page_size(std::string_view name, std::string_view text, int& size) {
    if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
      return fault(name, "invalid_format", "must be a whole number");
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || size < 1 || size > max_page_size)
      fault(name, "out_of_range", "must be from 1 to 100");
  }

  void position(std::string_view token, std::optional<UserId>& after) {
    after = from_page_token(token);
    if (!after) fault("nextToken", "invalid_format", "must be a nextToken of this listing, unaltered");
  }

  void fault(std::string_view name, const char* code, const char* message) {
    faults_.push_back({std::string(name), code, message});
  }

  /// What was read, unless something was wrong.
  Result<Paging> result(Paging paging) && {
    if (!faults_.empty()) return failure(Problem::invalid(std::move(faults_)));
    return paging;
  }

 private:
  const Request& request_;
  std::vector<FieldError> faults_;
};

}  // namespace

Result<Paging> paging(const Request& request) {
  ParameterReader reader(request);
  const auto page_size = reader.parameter("pageSize");
  const auto limit = reader.parameter("limit");
  const auto token = reader.parameter("nextToken");

  Paging paging;
  if (page_size) reader.page_size("pageSize", *page_size, paging.size);
  if (limit) reader.page_size("limit", *limit, paging.size);
  if (page_size && limit)
    reader.fault("limit", "invalid_format", "is the same as pageSize: give one of them");
  if (token) reader.position(*token, paging.after);
  return std::move(reader).result(std::move(paging));
}

}  // namespace users::http
