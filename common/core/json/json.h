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

/// Parses JSON within limits and gives read access to it. No other folder includes RapidJSON.
namespace serverless::json {

class Value;
using Member = std::pair<std::string_view, Value>;

/// A view of one node of a Document, or of no node: an absent value has the type `missing`, and looking up
/// one of its members returns an absent value again, so `event["a"]["b"].string()` needs no checks in
/// between. Valid as long as its Document, even after the Document is moved.
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

  /// Returns the content when the node has this type, and nothing otherwise.
  std::optional<bool> boolean() const;
  std::optional<std::string_view> string() const;
  /// Returns the content of a number without fraction and exponent, and nothing otherwise. A number beyond 64
  /// bits becomes the nearest one that fits.
  std::optional<std::int64_t> integer() const;

  /// Returns the first member with this name, or an absent value when there is none or this is not an object.
  Value operator[](std::string_view name) const;
  /// Returns the members in the order of the text; none when this is not an object.
  std::vector<Member> members() const;
  /// Returns the elements in order; none when this is not an array.
  std::vector<Value> elements() const;

 private:
  friend class Document;
  friend class Writer;
  explicit Value(const void* node) : node_(node) {}

  const void* node_ = nullptr;  // a rapidjson::Value
};

/// Requirements for a text, in addition to being JSON (RFC 8259) in well-formed UTF-8 without a byte-order
/// mark.
struct Limits {
  /// The maximum depth of nested arrays and objects; `{}` has depth 1.
  std::size_t max_depth = 100;
  /// Whether to refuse an object with two members of the same name, compared after unescaping.
  bool unique_members = false;
};

struct ParseError {
  /// The fault and its place, such as "Missing a comma or } after an object member (at byte 17)", or the name
  /// of a repeated member, which is a part of the text.
  std::string message;
};

/// A parsed text. It owns the memory that its Values refer to.
class Document {
 public:
  /// Parses a copy of `text`. Fails when it is not JSON or does not keep to the limits.
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

}  // namespace serverless::json
