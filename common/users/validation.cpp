#include "users/validation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/http/idempotency.h"
#include "core/http/json_body.h"
#include "core/json/json.h"
#include "core/support/field_errors.h"
#include "users/email_address.h"
#include "users/name.h"

namespace users {
namespace {

constexpr std::array<std::string_view, 3> known_fields = {"name", "email", "age"};

/// Reads fields one after the other and collects their faults.
class FieldReader {
 public:
  explicit FieldReader(json::Value object) : object_(object) {}

  bool has(std::string_view field) const { return !object_[field].is_missing(); }
  bool is_null(std::string_view field) const { return object_[field].is_null(); }

  std::string name() {
    const auto text = string_field("name");
    if (!text) return {};
    auto name = trimmed_name(*text);
    if (name) return *std::move(name);
    faults_.add("name", name.error().code, name.error().message);
    return {};
  }

  std::string email() {
    const auto text = string_field("email");
    if (!text) return {};
    if (!is_email_address(*text)) faults_.add("email", "invalid_format", "must be a valid email address");
    return std::string(*text);
  }

  int age() {
    const auto number = object_["age"].integer();
    if (!number) {
      faults_.add("age", "wrong_type", "must be an integer, without fraction or exponent");
      return 0;
    }
    if (*number < 1 || *number > 150) faults_.add("age", "out_of_range", "must be from 1 to 150");
    return static_cast<int>(*number);
  }

  void refuse_unknown_fields() {
    for (const auto& [field, value] : object_.members())
      if (std::ranges::find(known_fields, field) == known_fields.end())
        faults_.add(field, "unknown_field", "is not a field that can be set");
  }

  void refuse_empty_object() {
    if (object_.members().empty())
      faults_.add("", "required", "must have at least one of name, email and age");
  }

  /// Returns `value`, or the problem with all faults.
  template <typename T>
  Result<T> value_or_problem(T value) && {
    return std::move(faults_).value_or_problem(std::move(value));
  }

 private:
  std::optional<std::string_view> string_field(std::string_view field) {
    const json::Value value = object_[field];
    if (value.is_missing()) {
      faults_.add(field, "required", "is required");
    } else if (!value.string()) {
      faults_.add(field, "wrong_type", "must be a string");
    }
    return value.string();
  }

  json::Value object_;
  serverless::FieldErrors faults_;
};

}  // namespace

Result<NewUser> parse_new_user(std::string_view body) {
  return http::parse_json_object(body).and_then([](const json::Document& document) {
    FieldReader fields(document.root());
    NewUser user{.name = fields.name(), .email = fields.email(), .age = {}};
    if (fields.has("age")) user.age = fields.age();
    fields.refuse_unknown_fields();
    return std::move(fields).value_or_problem(std::move(user));
  });
}

Result<UserPatch> parse_user_patch(std::string_view body) {
  return http::parse_json_object(body).and_then([](const json::Document& document) {
    FieldReader fields(document.root());
    UserPatch patch;
    if (fields.has("name")) patch.name = fields.name();
    if (fields.has("email")) patch.email = fields.email();
    if (fields.has("age"))
      patch.age = fields.is_null("age") ? std::optional<int>() : std::optional<int>(fields.age());
    fields.refuse_unknown_fields();
    fields.refuse_empty_object();
    return std::move(fields).value_or_problem(std::move(patch));
  });
}

std::string fingerprint_values(const NewUser& user) {
  const auto age = user.age ? fmt::to_string(*user.age) : "";
  return fmt::format("{0}{3}{1}{3}{2}", user.name, user.email, age, http::fingerprint_separator);
}

}  // namespace users
