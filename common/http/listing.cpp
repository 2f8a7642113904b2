#include "http/listing.h"

#include <charconv>

#include "support/utf8.h"
#include "users/email_address.h"
#include "users/name.h"
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

  void name_prefix(std::string_view text, std::string& prefix) {
    const auto found = is_utf8(text) ? fault_of_name_prefix(text) : NameFault::control_character;
    if (!found) {
      prefix = folded_name(text);
    } else if (found == NameFault::too_short) {
      fault("namePrefix", "too_short", "must not be empty");
    } else if (found == NameFault::too_long) {
      fault("namePrefix", "too_long", "must have at most 100 characters");
    } else {
      fault("namePrefix", "invalid_format", "must be UTF-8 without control characters");
    }
  }

  template <typename Position>
  void position(std::optional<Position> read, std::optional<Position>& after) {
    after = std::move(read);
    if (!after) fault("nextToken", "invalid_format", "must be a nextToken of this listing, unaltered");
  }

  void excluded_by_email(std::string_view name) {
    fault(name, "invalid_format", "must not be given with email");
  }

  void fault(std::string_view name, const char* code, const char* message) {
    faults_.push_back({std::string(name), code, message});
  }

  /// What was read, unless something was wrong.
  Result<Listing> result(Listing listing) && {
    if (!faults_.empty()) return failure(Problem::invalid(std::move(faults_)));
    return listing;
  }

 private:
  const Request& request_;
  std::vector<FieldError> faults_;
};

}  // namespace

Result<Listing> listing(const Request& request) {
  ParameterReader reader(request);
  const auto email = reader.parameter("email");
  const auto prefix = reader.parameter("namePrefix");
  const auto page_size = reader.parameter("pageSize");
  const auto limit = reader.parameter("limit");
  const auto token = reader.parameter("nextToken");

  if (email) {
    if (!is_email_address(*email)) reader.fault("email", "invalid_format", "must be a valid email address");
    if (prefix) reader.excluded_by_email("namePrefix");
    if (page_size) reader.excluded_by_email("pageSize");
    if (limit) reader.excluded_by_email("limit");
    if (token) reader.excluded_by_email("nextToken");
    return std::move(reader).result(ByEmail{.email = *email});
  }

  int size = default_page_size;
  if (page_size) reader.page_size("pageSize", *page_size, size);
  if (limit) reader.page_size("limit", *limit, size);
  if (page_size && limit)
    reader.fault("limit", "invalid_format", "is the same as pageSize: give one of them");

  if (prefix) {
    ByName by_name{.prefix = {}, .page_size = size};
    reader.name_prefix(*prefix, by_name.prefix);
    if (token && !by_name.prefix.empty())
      reader.position(from_name_page_token(by_name.prefix, *token), by_name.after);
    return std::move(reader).result(std::move(by_name));
  }
  Everybody everybody{.page_size = size};
  if (token) reader.position(from_page_token(*token), everybody.after);
  return std::move(reader).result(std::move(everybody));
}

}  // namespace users::http
