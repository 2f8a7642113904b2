#include "json/writer.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace users::json {
namespace {

rapidjson::SizeType size_of(std::string_view text) {
  return static_cast<rapidjson::SizeType>(text.size());
}

}  // namespace

struct Writer::State {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> writer{text};
};

Writer::Writer() : state_(std::make_unique<State>()) {}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

Writer& Writer::begin_object() {
  return state_->writer.StartObject(), *this;
}
Writer& Writer::end_object() {
  return state_->writer.EndObject(), *this;
}
Writer& Writer::begin_array() {
  return state_->writer.StartArray(), *this;
}
Writer& Writer::end_array() {
  return state_->writer.EndArray(), *this;
}
Writer& Writer::key(std::string_view name) {
  return state_->writer.Key(name.data(), size_of(name)), *this;
}

Writer& Writer::value(std::string_view text) {
  return state_->writer.String(text.data(), size_of(text)), *this;
}

Writer& Writer::value(double number) {
  return raw(fmt::format("{:.3f}", number));
}

Writer& Writer::raw(std::string_view json) {
  // RapidJSON takes a type, and looks only whether it could be a member's name.
  return state_->writer.RawValue(json.data(), json.size(), rapidjson::kObjectType), *this;
}

Writer& Writer::value(std::nullptr_t) {
  return state_->writer.Null(), *this;
}

Writer& Writer::boolean(bool truth) {
  return state_->writer.Bool(truth), *this;
}
Writer& Writer::integer(std::int64_t number) {
  return state_->writer.Int64(number), *this;
}

std::string Writer::text() && {
  return {state_->text.GetString(), state_->text.GetSize()};
}

}  // namespace users::json
