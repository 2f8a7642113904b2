#pragma once

#include <algorithm>
#include <bitset>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <tl/expected.hpp>

#include "core/support/utf8.h"

/// The fields of an entity that a client sets. A struct contains their values and declares each of them once:
///
///     struct OrderValues {
///       std::string title;
///       std::string status;
///       std::optional<int> count = {};
///
///       static constexpr auto fields() {
///         return std::tuple(Field("title", &OrderValues::title, text_from<1, 100>),
///                           Field("status", &OrderValues::status, one_of<"open", "paid">),
///                           Field("count", &OrderValues::count, integer_from<1, 1000>));
///       }
///     };
///
/// A member is a std::string, an int, a std::int64_t or a bool, or a std::optional of these. An optional
/// member is a field that a client may leave out of a creation and may remove with a patch.
///
/// The rule of a field is one of text_from, one_of, integer_from and any_bool, or a function of the service.
///
/// http/field_reader.h reads the values and patches from a request, json/field_writer.h writes them, and
/// dynamodb/field_attributes.h maps them to the attributes of an item.
namespace serverless {

/// Why a value is invalid: the code and the message of a FieldError. Both texts must last as long as the
/// program.
struct FieldFault {
  std::string_view code;
  std::string_view message;

  bool operator==(const FieldFault&) const = default;
};

/// A valid value, or the fault of an invalid one.
template <typename T>
using Checked = tl::expected<T, FieldFault>;

/// The type of a field's value: the type of its member, without std::optional.
template <typename Member>
struct FieldValue {
  using type = Member;
};
template <typename T>
struct FieldValue<std::optional<T>> {
  using type = T;
};

/// A type that the value of a field may have.
template <typename T>
concept FieldType = std::same_as<T, std::string> || std::same_as<T, int> || std::same_as<T, std::int64_t> ||
    std::same_as<T, bool>;

/// The type of the argument of a rule: the value as the client sent it.
template <typename Value>
using RuleInput = std::conditional_t<std::same_as<Value, std::string>, std::string_view,
                                     std::conditional_t<std::same_as<Value, bool>, bool, std::int64_t>>;

template <typename Returned, typename Value>
concept CheckedValue = std::same_as<Returned, Checked<Value>> ||
    (std::same_as<Value, std::int64_t>&& std::same_as<Returned, Checked<int>>);

/// A rule: a function that returns the value to store, or the fault of its argument:
/// Checked<std::string>(std::string_view), Checked<int>(std::int64_t), Checked<std::int64_t>(std::int64_t) or
/// Checked<bool>(bool). A Checked<int> also fits a std::int64_t.
template <typename Rule, typename Value>
concept RuleFor = requires(const Rule& rule, RuleInput<Value> input) {
  { rule(input) } -> CheckedValue<Value>;
};

/// The declaration of one field.
template <typename Values, typename Member, typename Rule>
struct Field {
  using Value = typename FieldValue<Member>::type;
  static constexpr bool is_optional = !std::same_as<Value, Member>;

  static_assert(FieldType<Value>,
                "the member of a field must be a std::string, an int, a std::int64_t or a bool, or a "
                "std::optional of one of these");
  static_assert(!FieldType<Value> || RuleFor<Rule, Value>,
                "the rule of a field must take a std::string_view, a std::int64_t or a bool, and return a "
                "Checked<T> with the type T of the member");

  constexpr Field(std::string_view field_name, Member Values::*field_member, Rule field_rule)
      : name(field_name), member(field_member), rule(field_rule) {}

  /// The name of the member in JSON and of the attribute in the item: a literal.
  std::string_view name;
  Member Values::*member;
  Rule rule;
};

/// The rule of a text with `Min` to `Max` code points. Any code point is allowed. `text` must be well-formed
/// UTF-8, as each text from a JSON body is.
template <std::size_t Min, std::size_t Max>
Checked<std::string> text_from(std::string_view text) {
  static_assert(Min <= Max);
  const std::size_t length = count_code_points(text);
  if (length >= Min && length <= Max) return std::string(text);
  static const std::string too_short =
      Min == 1 ? "must not be empty" : fmt::format("must have at least {} characters", Min);
  static const std::string too_long = fmt::format("must have at most {} characters", Max);
  return tl::unexpected(length < Min ? FieldFault{"too_short", too_short} : FieldFault{"too_long", too_long});
}

/// A string literal as a template argument.
template <std::size_t Size>
struct Literal {
  // NOLINTNEXTLINE(google-explicit-constructor): a literal becomes the argument
  consteval Literal(const char (&literal)[Size]) { std::copy_n(literal, Size, text); }
  constexpr std::string_view view() const { return {text, Size - 1}; }

  char text[Size] = {};
};

/// The rule of a text that is one of these words.
template <Literal... Words>
Checked<std::string> one_of(std::string_view text) {
  if (((text == Words.view()) || ...)) return std::string(text);
  static const std::string message = [] {
    std::string list;
    ((list.append(list.empty() ? "must be one of " : ", ").append(Words.view())), ...);
    return list;
  }();
  return tl::unexpected(FieldFault{"invalid_format", message});
}

/// The rule of an integer. The values are int, or std::int64_t when a bound requires it.
template <std::int64_t First, std::int64_t Last>
auto integer_from(std::int64_t number) {
  using Limits = std::numeric_limits<std::int64_t>;
  static_assert(First <= Last);
  static_assert(First > Limits::min() && Last < Limits::max(),
                "a number beyond std::int64_t is read as the limit, so the limits cannot be bounds");
  constexpr bool fits_int =
      First >= std::numeric_limits<int>::min() && Last <= std::numeric_limits<int>::max();
  using Integer = std::conditional_t<fits_int, int, std::int64_t>;
  if (number >= First && number <= Last) return Checked<Integer>(static_cast<Integer>(number));
  static const std::string message = fmt::format("must be from {} to {}", First, Last);
  return Checked<Integer>(tl::unexpected(FieldFault{"out_of_range", message}));
}

/// The rule of a bool.
inline Checked<bool> any_bool(bool value) {
  return value;
}

namespace detail {

/// An initializer for a member of any type. The conversion is const, so that the constructors of
/// std::optional are not ambiguous.
struct ConvertibleToAnything {
  template <typename T>
  operator T() const;  // NOLINT(google-explicit-constructor): the conversion must be implicit
};

/// Counts the members of an aggregate: the number of values that can initialize it.
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

/// Whether no other field has the name or the member of this one.
template <typename Values, std::size_t Index>
constexpr bool is_distinct = std::apply(
    [](const auto&... each) {
      constexpr auto one = std::get<Index>(Values::fields());
      return (int{each.name == one.name || is_same_member(each.member, one.member)} + ...) == 1;
    },
    Values::fields());

/// Refuses a field that is not distinct. The compiler shows its member, as &OrderValues::title.
template <auto Member, bool IsDistinct>
consteval void require_distinct() {
  static_assert(IsDistinct, "another Field in fields() has the name or the member of this one");
}

template <typename Values, std::size_t... Index>
consteval void require_distinct_fields(std::index_sequence<Index...> /*of the fields*/) {
  (require_distinct<std::get<Index>(Values::fields()).member, is_distinct<Values, Index>>(), ...);
}

}  // namespace detail

template <typename Values>
constexpr std::size_t field_count = std::tuple_size_v<decltype(Values::fields())>;

/// Returns whether no field has one of these names, such as those that the server sets.
template <typename Values>
consteval bool has_no_field_named(std::initializer_list<std::string_view> names) {
  return std::apply(
      [&](const auto&... field) { return ((std::ranges::find(names, field.name) == names.end()) && ...); },
      Values::fields());
}

/// Calls `visit` with each Field of Values, in the order of declaration.
template <typename Values, typename Visit>
constexpr void for_each_field(Visit visit) {
  static_assert(detail::member_count<Values>() == field_count<Values>,
                "fields() needs one Field for each member of the struct");
  detail::require_distinct_fields<Values>(std::make_index_sequence<field_count<Values>>());
  std::apply([&](const auto&... field) { (visit(field), ...); }, Values::fields());
}

/// Changes to some of the fields. The others keep their values.
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
