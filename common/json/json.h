#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

/// The only door to RapidJSON: parsing with limits, reading without surprises.
namespace users::json {

class Value;
using Member = std::pair<std::string_view, Value>;

/// A view of one node of a Document, or of nothing: what is absent has the type `missing` and can be asked
/// for members like everything else, so `event["a"]["b"].string()` needs no checks on the way. Valid as long
/// as its Document.
class Value {
 public:
  enum class Type { missing, null, boolean, integer, fraction, string, array, object };

  Value() = default;

  Type type() const;
  bool is_object() const { return type() == Type::object; }
  bool is_array() const { return type() == Type::array; }
  bool is_missing() const { return node_ == nullptr; }
  bool is_null() const { return type() == Type::null; }
  bool is_missing_or_null() const { return is_missing() || is_null(); }

  /// The content, when the node is of that type.
  std::optional<bool> boolean() const;
  std::optional<std::string_view> string() const;
  /// A number written without fraction and exponent. One beyond 64 bits is given as the nearest that fits.
  std::optional<std::int64_t> integer() const;

  /// The first member with that name; missing when there is none or this is no object.
  Value operator[](std::string_view name) const;
  /// The members in the order of the text; empty when this is no object.
  std::vector<Member> members() const;
  /// The elements in order; empty when this is no array.
  std::vector<Value> elements() const;

 private:
  friend class Document;
  explicit Value(const void* node) : node_(node) {}

  const void* node_ = nullptr;  // a rapidjson::Value
};

/// What a text must keep to, beyond being JSON (RFC 8259) in well-formed UTF-8 without a byte-order mark.
struct Limits {
  /// How deep arrays and objects may nest; `{}` is 1.
  std::size_t max_depth = 100;
  /// Refuse an object that has two members of one name, compared after unescaping.
  bool unique_members = false;
};

struct ParseError {
  /// What is wrong, and at which byte: "Missing a comma or } after an object member. (at byte 17)".
  std::string message;
};

/// A parsed text; owns all that its Values show.
class Document {
 public:
  static tl::expected<Document, ParseError> parse(std::string_view text, const Limits& limits = {});

  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  Value root() const;

 private:
  struct Tree;
  explicit Document(std::unique_ptr<Tree> tree);

  std::unique_ptr<Tree> tree_;
};

}  // namespace users::json
