#include "core/json/json.h"

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/json/huge_numbers.h"
#include "core/support/utf8.h"

namespace serverless::json {
namespace {

const rapidjson::Value& node_of(const void* node) {
  return *static_cast<const rapidjson::Value*>(node);
}

std::string_view text_of(const rapidjson::Value& node) {
  return {node.GetString(), node.GetStringLength()};
}

bool is_integer(std::string_view number) {
  return number.find_first_of(".eE") == std::string_view::npos;
}

std::int64_t saturated_integer(std::string_view text) {
  using Limits = std::numeric_limits<std::int64_t>;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc::result_out_of_range) return text.starts_with('-') ? Limits::min() : Limits::max();
  return number;
}

/// Passes events from RapidJSON's reader to its document, and stops the reader when the text exceeds the
/// limits or is not UTF-8.
class LimitedHandler {
 public:
  LimitedHandler(rapidjson::Document& document, std::size_t max_depth)
      : document_(document), max_depth_(max_depth) {}

  const char* refusal() const { return refusal_; }

  // NOLINTBEGIN(readability-identifier-naming): RapidJSON's names
  bool Null() { return document_.Null(); }
  bool Bool(bool value) { return document_.Bool(value); }
  /// Numbers arrive as text, so that 5 and 5.0 stay different and a number of any size is a number.
  bool RawNumber(const char* text, rapidjson::SizeType length, bool /*copy*/) {
    const std::string_view number(text, length);
    // No caller reads fractions, so every fraction becomes 0.5.
    return is_integer(number) ? document_.Int64(saturated_integer(number)) : document_.Double(0.5);
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return well_formed({text, length}) && document_.String(text, length, copy);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    return well_formed({text, length}) && document_.Key(text, length, copy);
  }
  bool StartObject() { return descend() && document_.StartObject(); }
  bool EndObject(rapidjson::SizeType count) {
    --depth_;
    return document_.EndObject(count);
  }
  bool StartArray() { return descend() && document_.StartArray(); }
  bool EndArray(rapidjson::SizeType count) {
    --depth_;
    return document_.EndArray(count);
  }

  // The reader requires these but never calls them, because it passes all numbers to RawNumber().
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool refuse(const char* reason) {
    refusal_ = reason;
    return false;
  }
  bool well_formed(std::string_view text) {
    // A lone surrogate, escaped as \uD800, would also end up as bytes that are not UTF-8.
    return is_utf8(text) || refuse("a string is not well-formed Unicode");
  }
  bool descend() { return ++depth_ <= max_depth_ || refuse("nested too deeply"); }

  rapidjson::Document& document_;
  std::size_t max_depth_;
  std::size_t depth_ = 0;
  const char* refusal_ = nullptr;
};

/// Why and where a text cannot be read.
struct Fault {
  std::string_view reason;
  std::size_t place;
  bool is_huge_number = false;
};

/// Reads a text, whose strings are unescaped in place, into a document. Returns the fault, if any.
std::optional<Fault> read(std::string& text, rapidjson::Document& document, std::size_t max_depth) {
  LimitedHandler handler(document, max_depth);
  rapidjson::InsituStringStream stream(text.data());
  rapidjson::Reader reader;
  rapidjson::ParseResult result;
  auto generate = [&](rapidjson::Document&) {
    result =
        reader.Parse<rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag>(stream, handler);
    return !result.IsError();
  };
  document.Populate(generate);

  if (result.IsError()) {
    std::string_view reason =
        handler.refusal() != nullptr ? handler.refusal() : rapidjson::GetParseError_En(result.Code());
    if (reason.ends_with('.')) reason.remove_suffix(1);
    return Fault{.reason = reason,
                 .place = result.Offset(),
                 .is_huge_number = result.Code() == rapidjson::kParseErrorNumberTooBig};
  }
  // The stream returns 0 at its end, so the reader takes a zero byte in the text for the end.
  if (stream.Tell() != text.size())
    return Fault{.reason = "the text contains a zero byte", .place = stream.Tell()};
  return std::nullopt;
}

std::optional<std::string_view> repeated_member(const rapidjson::Value& node) {
  if (node.IsObject()) {
    std::vector<std::string_view> names;
    names.reserve(node.MemberCount());
    for (const auto& member : node.GetObject()) {
      names.push_back(text_of(member.name));
      if (const auto inner = repeated_member(member.value)) return inner;
    }
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) return *twice;
  } else if (node.IsArray()) {
    for (const auto& element : node.GetArray())
      if (const auto inner = repeated_member(element)) return inner;
  }
  return std::nullopt;
}

}  // namespace

Value::Type Value::type() const {
  if (node_ == nullptr) return Type::missing;
  switch (node_of(node_).GetType()) {
    case rapidjson::kNullType:
      return Type::null;
    case rapidjson::kFalseType:
    case rapidjson::kTrueType:
      return Type::boolean;
    case rapidjson::kObjectType:
      return Type::object;
    case rapidjson::kArrayType:
      return Type::array;
    case rapidjson::kStringType:
      return Type::string;
    case rapidjson::kNumberType:
      return node_of(node_).IsInt64() ? Type::integer : Type::fraction;
  }
  return Type::missing;
}

std::optional<bool> Value::boolean() const {
  if (type() != Type::boolean) return std::nullopt;
  return node_of(node_).GetBool();
}

std::optional<std::string_view> Value::string() const {
  if (type() != Type::string) return std::nullopt;
  return text_of(node_of(node_));
}

std::optional<std::int64_t> Value::integer() const {
  if (type() != Type::integer) return std::nullopt;
  return node_of(node_).GetInt64();
}

Value Value::operator[](std::string_view name) const {
  if (!is_object()) return {};
  for (const auto& member : node_of(node_).GetObject())
    if (text_of(member.name) == name) return Value(&member.value);
  return {};
}

std::vector<Member> Value::members() const {
  std::vector<Member> members;
  if (!is_object()) return members;
  members.reserve(node_of(node_).MemberCount());
  for (const auto& member : node_of(node_).GetObject())
    members.emplace_back(text_of(member.name), Value(&member.value));
  return members;
}

std::vector<Value> Value::elements() const {
  std::vector<Value> elements;
  if (!is_array()) return elements;
  elements.reserve(node_of(node_).Size());
  for (const auto& element : node_of(node_).GetArray()) elements.push_back(Value(&element));
  return elements;
}

/// Strings stay in the copied text, unescaped in place. One block of memory usually holds all nodes. While it
/// parses, RapidJSON keeps the children of unfinished objects and arrays on a stack, for which 4 KiB are
/// usually enough.
struct Document::Tree {
  explicit Tree(std::string_view source) : text(source), memory(2 * source.size() + 1024) {}

  std::string text;
  rapidjson::MemoryPoolAllocator<> memory;
  rapidjson::Document root{&memory, 4096};
};

Document::Document(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;
Document::~Document() = default;

Value Document::root() const {
  return Value(&tree_->root);
}

tl::expected<Document, ParseError> Document::parse(std::string_view text, const Limits& limits) {
  auto tree = std::make_unique<Tree>(text);
  auto fault = read(tree->text, tree->root, limits.max_depth);
  if (fault && fault->is_huge_number) {
    tree = std::make_unique<Tree>(without_huge_numbers(text));
    fault = read(tree->text, tree->root, limits.max_depth);
  }
  if (fault) return tl::unexpected<ParseError>({fmt::format("{} (at byte {})", fault->reason, fault->place)});
  if (limits.unique_members) {
    if (const auto name = repeated_member(tree->root))
      return tl::unexpected<ParseError>({fmt::format("the member \"{}\" appears twice", *name)});
  }
  return Document(std::move(tree));
}

}  // namespace serverless::json
