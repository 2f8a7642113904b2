#include "core/json/writer.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace serverless::json {
namespace {

/// Most texts fit, so the buffer rarely grows.
constexpr std::size_t usual_bytes = 1024;

rapidjson::SizeType size_of(std::string_view text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

}  // namespace

struct Writer::State {
  rapidjson::StringBuffer text{nullptr, usual_bytes};
  rapidjson::Writer<rapidjson::StringBuffer> writer{text};
};

Writer::Writer() : state_(std::make_unique<State>()) {}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Writer& Writer::begin_object() {
  state_->writer.StartObject();
  return *this;
}
Writer& Writer::end_object() {
  state_->writer.EndObject();
  return *this;
}
Writer& Writer::begin_array() {
  state_->writer.StartArray();
  return *this;
}
Writer& Writer::end_array() {
  state_->writer.EndArray();
  return *this;
}
Writer& Writer::key(std::string_view name) {
  state_->writer.Key(name.data(), size_of(name));
  return *this;
}

Writer& Writer::value(std::string_view text) {
  state_->writer.String(text.data(), size_of(text));
  return *this;
}

Writer& Writer::raw(std::string_view json) {
  // RapidJSON uses the type only to check that a member's name is a string.
  state_->writer.RawValue(json.data(), json.size(), rapidjson::kObjectType);
  return *this;
}

Writer& Writer::value(std::nullptr_t) {
  state_->writer.Null();
  return *this;
}

Writer& Writer::value(const Value& value) {
  static_cast<const rapidjson::Value*>(value.node_)->Accept(state_->writer);
  return *this;
}

Writer& Writer::boolean(bool truth) {
  state_->writer.Bool(truth);
  return *this;
}
Writer& Writer::integer(std::int64_t number) {
  state_->writer.Int64(number);
  return *this;
}

std::string Writer::text() && {
  return {state_->text.GetString(), state_->text.GetSize()};
}

}  // namespace serverless::json
