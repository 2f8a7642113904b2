#pragma once

#include <bitset>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <tl/expected.hpp>

/// The fields of an entity that a client sets. A struct contains their values and declares each of them once:
///
///     struct OrderValues {
///       std::string title;
///       std::optional<int> count = {};
///
///       static constexpr auto fields() {
///         return std::tuple(Field("title", &OrderValues::title, checked_title),
///                           Field("count", &OrderValues::count, integer_from<1, 100>));
///       }
///     };
///
/// A member is a std::string, an integer or a bool, or an optional of these. An optional member is a field
/// that a client may leave out of a creation and may remove with a patch.
///
/// http/field_reader.h reads the values and patches from a request, json/field_writer.h writes them, and
/// dynamodb/field_attributes.h maps them to the attributes of an item.
namespace serverless {

/// Why a value is invalid: the code and the message of a FieldError. Both texts exist as long as the program.
struct FieldFault {
  std::string_view code;
  std::string_view message;

  bool operator==(const FieldFault&) const = default;
};

/// A valid value, or the fault of the value that was given.
template <typename T>
using Checked = tl::expected<T, FieldFault>;

/// The type of a field's value: that of its member, or what that may contain if it is an optional.
template <typename Member>
struct FieldValue {
  using type = Member;
};
template <typename T>
struct FieldValue<std::optional<T>> {
  using type = T;
};

/// The declaration of one field.
template <typename Values, typename Member, typename Rule>
struct Field {
  using Value = typename FieldValue<Member>::type;
  static constexpr bool is_optional = !std::same_as<Value, Member>;

  constexpr Field(std::string_view field_name, Member Values::*field_member, Rule field_rule)
      : name(field_name), member(field_member), rule(field_rule) {}

  /// The name of the member in JSON and of the attribute in the item: a literal.
  std::string_view name;
  Member Values::*member;
  /// Returns what is stored for a value as the client sent it: Checked<std::string>(std::string_view),
  /// Checked<Integer>(std::int64_t) or Checked<bool>(bool).
  Rule rule;
};

/// The rule of a bool.
inline Checked<bool> any_bool(bool value) {
  return value;
}

/// The rule of an integer.
template <auto First, decltype(First) Last>
Checked<decltype(First)> integer_from(std::int64_t number) {
  if (number >= First && number <= Last) return static_cast<decltype(First)>(number);
  static const std::string message = fmt::format("must be from {} to {}", First, Last);
  return tl::unexpected(FieldFault{"out_of_range", message});
}

namespace detail {

struct ConvertibleToAnything {
  template <typename T>
  operator T() const;  // NOLINT(google-explicit-constructor): the conversion must be implicit
};

/// Counts the members of an aggregate: with how many values it can be initialized.
template <typename Aggregate, typename... Initializers>
consteval std::size_t member_count() {
  if constexpr (requires { Aggregate{Initializers()..., ConvertibleToAnything()}; }) {
    return member_count<Aggregate, Initializers..., ConvertibleToAnything>();
  } else {
    return sizeof...(Initializers);
  }
}

template <typename Left, typename Right>
constexpr bool is_same_member(Left left, Right right) {
  if constexpr (std::same_as<Left, Right>) {
    return left == right;
  } else {
    return false;
  }
}

/// Returns whether no two fields have the same name or the same member.
template <typename... Fields>
consteval bool are_distinct(const std::tuple<Fields...>& fields) {
  const auto count_like = [&](const auto& one) {
    return std::apply(
        [&](const auto&... each) {
          return (int{each.name == one.name || is_same_member(each.member, one.member)} + ...);
        },
        fields);
  };
  return std::apply([&](const auto&... each) { return ((count_like(each) == 1) && ...); }, fields);
}

}  // namespace detail

template <typename Values>
constexpr std::size_t field_count = std::tuple_size_v<decltype(Values::fields())>;

/// Whether each member of Values has exactly one Field, with a name of its own.
template <typename Values>
constexpr bool declares_each_member_once =
    detail::member_count<Values>() == field_count<Values>&& detail::are_distinct(Values::fields());

/// Calls `visit` with each Field of Values, in the order of their declaration.
template <typename Values, typename Visit>
constexpr void for_each_field(Visit visit) {
  static_assert(declares_each_member_once<Values>,
                "fields() needs one Field for each member of the struct, each with a name of its own");
  std::apply([&](const auto&... field) { (visit(field), ...); }, Values::fields());
}

/// Changes of some of the fields. The others keep their values.
template <typename Values>
class Patch {
 public:
  /// Sets the field of `member` to `value`, or removes it when `value` is an optional without a value.
  template <typename Member>
  Patch& set(Member Values::*member, std::type_identity_t<Member> value) {
    values_.*member = std::move(value);
    changed_.set(index_of(member));
    return *this;
  }

  /// Returns the new value of the field of `member`, or a null pointer when the patch does not change the
  /// field.
  template <typename Member>
  const Member* find(Member Values::*member) const {
    return changed_.test(index_of(member)) ? &(values_.*member) : nullptr;
  }

  bool operator==(const Patch&) const = default;

 private:
  template <typename Member>
  static constexpr std::size_t index_of(Member Values::*member) {
    std::size_t index = 0;
    bool found = false;
    for_each_field<Values>([&](auto field) {
      found = found || detail::is_same_member(field.member, member);
      if (!found) ++index;
    });
    return index;
  }

  Values values_ = {};
  std::bitset<field_count<Values>> changed_;
};

}  // namespace serverless
