#include "users/validation.h"

#include <algorithm>
#include <array>

#include "json/json.h"
#include "users/email_address.h"
#include "users/name.h"

namespace users {
namespace {

constexpr std::size_t max_depth = 16;
constexpr std::size_t max_errors = 50;
constexpr std::array<std::string_view, 3> known_fields = {"name", "email", "age"};

Result<json::Document> parse_object(std::string_view body) {
  auto document = json::Document::parse(body, {.max_depth = max_depth, .unique_members = true});
  if (!document) return failure(Problem::malformed_json("must be JSON: " + document.error().message));
  if (!document->root().is_object()) return failure(Problem::malformed_json("must be a JSON object"));
  return *std::move(document);
}

/// Reads the fields one after the other and keeps a list of all that is wrong.
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
    switch (name.error()) {
      case NameFault::too_short:
        return fault("name", "too_short", "must not be empty"), "";
      case NameFault::too_long:
        return fault("name", "too_long", "must have at most 100 characters"), "";
      case NameFault::control_character:
        return fault("name", "invalid_format", "must not contain control characters"), "";
    }
    return {};
  }

  std::string email() {
    const auto text = string_field("email");
    if (!text) return {};
    if (!is_email_address(*text)) fault("email", "invalid_format", "must be a valid email address");
    return std::string(*text);
  }

  int age() {
    const auto number = object_["age"].integer();
    if (!number) return fault("age", "wrong_type", "must be an integer, without fraction or exponent"), 0;
    if (*number < 1 || *number > 150) return fault("age", "out_of_range", "must be from 1 to 150"), 0;
    return static_cast<int>(*number);
  }

  void refuse_unknown_fields() {
    for (const auto& [field, value] : object_.members())
      if (std::find(known_fields.begin(), known_fields.end(), field) == known_fields.end())
        fault(field, "unknown_field", "is not a field that can be set");
  }

  void refuse_empty_object() {
    if (object_.members().empty()) fault("", "required", "must name at least one of name, email and age");
  }

  /// What was read, unless something was wrong.
  template <typename T>
  Result<T> result(T value) && {
    if (!faults_.empty()) return failure(Problem::invalid(std::move(faults_)));
    return value;
  }

 private:
  void fault(std::string_view field, const char* code, const char* message) {
    if (faults_.size() < max_errors) faults_.push_back({std::string(field), code, message});
  }

  std::optional<std::string_view> string_field(std::string_view field) {
    const json::Value value = object_[field];
    if (value.is_missing()) {
      fault(field, "required", "is required");
    } else if (!value.string()) {
      fault(field, "wrong_type", "must be a string");
    }
    return value.string();
  }

  json::Value object_;
  std::vector<FieldError> faults_;
};

}  // namespace

Result<NewUser> parse_new_user(std::string_view body) {
  return parse_object(body).and_then([](const json::Document& document) {
    FieldReader fields(document.root());
    NewUser user{.name = fields.name(), .email = fields.email(), .age = {}};
    if (fields.has("age")) user.age = fields.age();
    fields.refuse_unknown_fields();
    return std::move(fields).result(std::move(user));
  });
}

Result<UserPatch> parse_user_patch(std::string_view body) {
  return parse_object(body).and_then([](const json::Document& document) {
    FieldReader fields(document.root());
    UserPatch patch;
    if (fields.has("name")) patch.name = fields.name();
    if (fields.has("email")) patch.email = fields.email();
    if (fields.has("age"))
      patch.age = fields.is_null("age") ? std::optional<int>() : std::optional<int>(fields.age());
    fields.refuse_unknown_fields();
    fields.refuse_empty_object();
    return std::move(fields).result(std::move(patch));
  });
}

}  // namespace users
