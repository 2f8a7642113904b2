// The JSON parser, which reads every request, event and response.

#include "core/json/json.h"

#include <algorithm>

#include "core/json/writer.h"
#include "core/support/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/json_grammar.h"

namespace serverless::fuzz {
namespace {

using json::Value;

void write(json::Writer& json, const Value& value) {
  switch (value.type()) {
    case Value::Type::object:
      json.begin_object();
      for (const auto& [name, member] : value.members()) write(json.key(name), member);
      json.end_object();
      return;
    case Value::Type::array:
      json.begin_array();
      for (const Value& element : value.elements()) write(json, element);
      json.end_array();
      return;
    case Value::Type::string:
      json.value(*value.string());
      return;
    case Value::Type::integer:
      json.value(*value.integer());
      return;
    case Value::Type::fraction:
      json.raw("0.5");
      return;
    case Value::Type::boolean:
      json.value(*value.boolean());
      return;
    case Value::Type::null:
    case Value::Type::missing:
      json.value(nullptr);
      return;
  }
}

bool same(const Value& a, const Value& b) {
  const auto same_member = [](const json::Member& x, const json::Member& y) {
    return x.first == y.first && same(x.second, y.second);
  };
  const auto a_members = a.members();
  const auto b_members = b.members();
  const auto a_elements = a.elements();
  const auto b_elements = b.elements();
  return a.type() == b.type() && a.string() == b.string() && a.integer() == b.integer() &&
         a.boolean() == b.boolean() &&
         std::equal(a_members.begin(), a_members.end(), b_members.begin(), b_members.end(), same_member) &&
         std::equal(a_elements.begin(), a_elements.end(), b_elements.begin(), b_elements.end(), same);
}

bool has_repeated_member(const Value& value) {
  std::vector<std::string_view> names;
  for (const auto& [name, member] : value.members()) {
    if (has_repeated_member(member)) return true;
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  const auto elements = value.elements();
  return std::adjacent_find(names.begin(), names.end()) != names.end() ||
         std::any_of(elements.begin(), elements.end(), has_repeated_member);
}

}  // namespace

void try_input(std::string_view input) {
  for (const std::size_t max_depth : {std::size_t{3}, std::size_t{100}}) {
    const auto document = json::Document::parse(input, {.max_depth = max_depth});
    require(document.has_value() == JsonGrammar::accepts(input, max_depth),
            "the parser accepts the JSON grammar and nothing else");
    if (!document) {
      require(is_utf8(document.error().message) && !document.error().message.empty(),
              "an error has a message");
      continue;
    }
    json::Writer json;
    write(json, document->root());
    const std::string text = std::move(json).text();
    const auto again = json::Document::parse(text, {.max_depth = max_depth});
    require(again && same(document->root(), again->root()), "written JSON parses back to the same value");

    const auto unique = json::Document::parse(input, {.max_depth = max_depth, .unique_members = true});
    require(unique.has_value() != has_repeated_member(document->root()), "duplicate members are detected");
    require(unique || is_utf8(unique.error().message), "an error message is UTF-8");
  }
}

}  // namespace serverless::fuzz
